"""What a template can say: its words, and their values for one device.

The product document's six placeholders come first; the rest is the vendor-neutral vocabulary of
`domain/profile.py`, in the vendor's codes where the vendor has codes.
"""

from chalicelib.domain.vocabulary.sample import SAMPLE
from chalicelib.domain.vocabulary.speech import (
    rank_codecs,
    speak,
    speak_of_contacts,
    speak_of_model,
)
from chalicelib.domain.vocabulary.unsupported import find_unsupported
from chalicelib.domain.vocabulary.words import WORDS

__all__ = [
    "SAMPLE",
    "WORDS",
    "find_unsupported",
    "rank_codecs",
    "speak",
    "speak_of_contacts",
    "speak_of_model",
]
