"""Where the cited papers appeared, as BibTeX says it: full names, journal or proceedings, pages.

Only what is certain stands here; identifiers that were not looked up are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Reference:
    """A BibTeX entry without its title and year: `kind`, authors in LaTeX, further fields."""

    kind: str
    authors: str
    fields: Mapping[str, str] = field(default_factory=dict)


def _article(authors: str, journal: str, volume: int, pages: str = "") -> Reference:
    more = {"pages": pages} if pages else {}
    return Reference(
        kind="article", authors=authors, fields={"journal": journal, "volume": str(volume), **more}
    )


def _proceedings(authors: str, booktitle: str, *, arxiv: str = "", pages: str = "") -> Reference:
    more = {"pages": pages, "eprint": arxiv, "archiveprefix": "arXiv" if arxiv else ""}
    shown = {name: value for name, value in more.items() if value}
    return Reference(
        kind="inproceedings", authors=authors, fields={"booktitle": booktitle, **shown}
    )


JMLR = "Journal of Machine Learning Research"
ICML = "International Conference on Machine Learning"
COLT = "Conference on Learning Theory"
NEURIPS = "Advances in Neural Information Processing Systems"

REFERENCES: Mapping[str, Reference] = MappingProxyType(
    {
        "aboumoustafa2019": _proceedings(
            r"Karim Abou-Moustafa and Csaba Szepesv{\'a}ri",
            "AAAI Conference on Artificial Intelligence",
        ),
        "bassily2020": _proceedings(
            r"Raef Bassily and Vitaly Feldman and Crist{\'o}bal Guzm{\'a}n and Kunal Talwar",
            NEURIPS,
            arxiv="2006.06914",
        ),
        "bousquet2002": _article(r"Olivier Bousquet and Andr{\'e} Elisseeff", JMLR, 2, "499--526"),
        "bousquet2020": _proceedings(
            "Olivier Bousquet and Yegor Klochkov and Nikita Zhivotovskiy", COLT
        ),
        "charles2018": _proceedings(
            "Zachary Charles and Dimitris Papailiopoulos", ICML, arxiv="1710.08402"
        ),
        "deng2021": _proceedings(
            "Zhun Deng and Hangfeng He and Weijie J. Su", ICML, arxiv="2010.13988"
        ),
        "elisseeff2005": _article(
            r"Andr{\'e} Elisseeff and Theodoros Evgeniou and Massimiliano Pontil", JMLR, 6, "55--79"
        ),
        "feldman2018": _proceedings(r"Vitaly Feldman and Jan Vondr{\'a}k", NEURIPS),
        "hardt2016": _proceedings("Moritz Hardt and Benjamin Recht and Yoram Singer", ICML),
        "klochkov2021": _proceedings(
            "Yegor Klochkov and Nikita Zhivotovskiy", NEURIPS, arxiv="2103.12024"
        ),
        "kontorovich2014": _proceedings("Aryeh Kontorovich", ICML),
        "lei2020": _proceedings("Yunwen Lei and Yiming Ying", ICML, arxiv="2006.08157"),
        "maurer2017": _proceedings("Andreas Maurer", COLT),
        "mohri2018": Reference(
            kind="book",
            authors="Mehryar Mohri and Afshin Rostamizadeh and Ameet Talwalkar",
            fields={"publisher": "MIT Press", "edition": "Second"},
        ),
        "mou2018": _proceedings("Wenlong Mou and Liwei Wang and Xiyu Zhai and Kai Zheng", COLT),
        "nguyen2026": Reference(
            kind="misc",
            authors="Nguyen-Cung and Nguyen",
            fields={"eprint": "2608.09870", "archiveprefix": "arXiv"},
        ),
        "shalev2010": _article(
            "Shai Shalev-Shwartz and Ohad Shamir and Nathan Srebro and Karthik Sridharan", JMLR, 11
        ),
        "soloff2024": _article(
            "Jake A. Soloff and Rina Foygel Barber and Rebecca Willett", JMLR, 25
        ),
        "zhang2022": _proceedings(
            "Yikai Zhang and Wenjia Zhang and Sammy Bald and Vamsi Pingali and Chao Chen and "
            "Mayank Goswami",
            "Conference on Uncertainty in Artificial Intelligence",
        ),
        "stability-bounds": Reference(
            kind="misc",
            authors="{The stability maintainers}",
            fields={"note": "Version 0.1.0, software"},
        ),
    }
)
"""By the key under which a theorem of the library is cited."""
