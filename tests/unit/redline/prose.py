"""Texts that come with every installation, for edits to be tried on; no network is needed.

The licences of the installed distributions, the topics of Python's own help, and a few sentences of ours: in other
languages, and of what only looks odd.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.metadata import distributions
from pathlib import Path
from pydoc_data import topics
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES: Final = {
    "Arabic": "يولد جميع الناس أحرارا ومتساوين في الكرامة والحقوق. وهم قد وهبوا العقل والوجدان.",
    "Bulgarian": "Всички хора се раждат свободни и равни по достойнство и права.",
    "Chinese": "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心。",
    "Czech": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv.",
    "English": "The café's résumé of the naïve coöperation’s façade was “déjà vu” — at 5 °C.",
    "French": "Tous les êtres humains naissent libres et égaux en dignité et en droits ; ils sont doués de raison.",
    "German": "Alle Menschen sind frei und gleich an Würde und Rechten geboren und sollen einander begegnen.",
    "Greek": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.",
    "Hebrew": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון.",
    "Hindi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "Japanese": "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。",
    "Korean": "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.",
    "Persian": "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند.",
    "Polish": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw.",
    "Russian": "Все люди рождаются свободными и равными в своём достоинстве и правах. Договор №\u00a05 подписан.",
    "Spanish": "Todos los seres humanos nacen libres e iguales en dignidad y derechos, ¿verdad?",
    "Thai": "มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ",
    "Turkish": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar.",
    "Ukrainian": "Всі люди народжуються вільними і рівними у своїй гідності та правах.",
    "Vietnamese": "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền.",
}

ADDITIONS: Final = (
    "The fee is € 1.250,00 (plus 19 % VAT)*.", "See § 12(3) and ¶ 4 – as amended – of the Act.", "Acme® and Globex™ © 2024",
    "Write to legal@acme.example or call +49 30 901820.", "Great work, everyone! 🎉👩‍💻 Thank you 🙏🏽",
    "Approved by the Board of Directors on behalf of the shareholders.", "Approved by: ____________________",
    "No other changes are made to the Agreement.", "The parties shall decide by simple majority.",
    "Temperatures of ~5 to ~10 °C, i.e. 41–50 °F.", "area = a*b*c / 2 and x < y > z", "Name* and address* are required.",
    "☐ Approve ☐ Reject (tick one)", "“Change” means any change approved under clause 3.", "Click Save to store the form.",
    "See <https://www.gnu.org/licenses/> for the text.", "She said: ‘Don’t!’ – and left…", "* not audited; ** restated",
    "Page 3 of 12", "Contact @acme on social media.", "Fig. 2: pressure (kPa) vs. time (s)", "Dr. Ångström’s naïve µ-law at 10⁻³ Ω",
    "– End of document –", "[signature page follows]", "Version 2.1.0 ✓ tested", "⚠ Caution: hot surface", "½ cup, ¾ of 1 l",
)  # fmt: skip
"""What ordinary documents hold that only looks odd."""


@lru_cache(maxsize=1)
def texts() -> tuple[str, ...]:
    """Give paragraphs of prose of up to 700 characters, each once, in one order."""
    found = (" ".join(part.split()) for source in _sources() for part in re.split(r"\n\s*\n", source))
    return tuple(dict.fromkeys(text for text in found if _is_prose(text)))


def _sources() -> Iterator[str]:
    yield from (text for _, text in sorted(topics.topics.items()))
    for distribution in sorted(distributions(), key=lambda one: one.metadata["Name"]):
        for file in sorted(distribution.files or (), key=str):
            if re.search(r"licen[cs]e|copying", file.name, re.IGNORECASE) and file.suffix in {
                "",
                ".txt",
                ".md",
            }:
                path = Path(str(file.locate()))
                yield path.read_text("utf-8", "replace") if path.is_file() else ""


def _is_prose(text: str) -> bool:
    letters = sum(character.isalpha() or character == " " for character in text)
    return 60 < len(text) < 700 and text[0].isupper() and text[-1] == "." and letters > 0.9 * len(text)
