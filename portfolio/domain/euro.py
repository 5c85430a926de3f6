"""Currencies that became the euro: what one euro is of each, once and for all.

Fixed by the Council of the European Union (Regulations (EC) No 2866/98 and those that followed
it), from the first day on which the euro was the currency of the country.
"""

from datetime import date
from decimal import Decimal
from typing import Final

SOURCE: Final = "fixed by the Council of the European Union"

_FIXED: Final = {
    date(1999, 1, 1): {
        "ATS": "13.7603", "BEF": "40.3399", "DEM": "1.95583", "ESP": "166.386", "FIM": "5.94573",
        "FRF": "6.55957", "IEP": "0.787564", "ITL": "1936.27", "LUF": "40.3399",
        "NLG": "2.20371", "PTE": "200.482",
    },
    date(2001, 1, 1): {"GRD": "340.750"},
    date(2007, 1, 1): {"SIT": "239.640"},
    date(2008, 1, 1): {"CYP": "0.585274", "MTL": "0.429300"},
    date(2009, 1, 1): {"SKK": "30.1260"},
    date(2011, 1, 1): {"EEK": "15.6466"},
    date(2014, 1, 1): {"LVL": "0.702804"},
    date(2015, 1, 1): {"LTL": "3.45280"},
    date(2023, 1, 1): {"HRK": "7.53450"},
    date(2026, 1, 1): {"BGN": "1.95583"},
}  # fmt: skip
_RATES: Final = {
    code: (since, Decimal(rate)) for since, some in _FIXED.items() for code, rate in some.items()
}


def fixed(currency: str, on: date) -> Decimal | None:
    """Return the units of a currency for one euro, None before they were fixed or of others."""
    since, rate = _RATES.get(currency, (date.max, None))
    return rate if on >= since else None
