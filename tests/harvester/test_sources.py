"""Sources and their settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.configs import CONFIG_CLASSES, METADATA_PREFIXES, Config, NativeConfig, OaiPmhConfig
from harvester.crosswalks import CROSSWALKS
from harvester.errors import SettingError
from harvester.protocols import PROTOCOLS
from harvester.protocols.oai_formats import FORMATS
from harvester.sources import config_from_settings, settings_of

CONFIGS = st.one_of(
    st.builds(NativeConfig, page_size=st.integers(1, 5000)),
    st.builds(
        OaiPmhConfig,
        metadata_prefix=st.sampled_from(["auto", "oai_dc", "chm"]),
        set=st.sampled_from(["", "gbf:target-3"]),
        overlap_s=st.integers(0, 86_400),
        language=st.sampled_from(["", "fr", "pt-BR"]),
        cp1252=st.booleans(),
        max_pages=st.integers(1, 1000),
    ),
)


@given(CONFIGS)
def test_settings_are_read_back_as_they_were_written(config: Config) -> None:
    protocol = "native" if isinstance(config, NativeConfig) else "oai_pmh"
    assert config_from_settings(protocol, settings_of(config)) == config


def test_settings_are_read_as_people_write_them() -> None:
    config = config_from_settings(
        "oai_pmh", {"Metadata-Prefix": "oai_dc ", "OVERLAP_S": "600", "cp1252": "Yes", "language": "FR"}
    )
    assert config == OaiPmhConfig(metadata_prefix="oai_dc", overlap_s=600, cp1252=True, language="fr")
    assert settings_of(config) == {"metadata_prefix": "oai_dc", "overlap_s": "600", "cp1252": "true", "language": "fr"}


@pytest.mark.parametrize(
    ("protocol", "settings", "words"),
    [
        ("oai_pmh", {"prefix": "x"}, "metadata_prefix"),
        ("oai_pmh", {"metadata_prefix": "mets"}, "oai_dc"),
        ("oai_pmh", {"overlap_s": "-1"}, "from 0 to"),
        ("oai_pmh", {"overlap_s": "soon"}, "whole number"),
        ("oai_pmh", {"cp1252": "maybe"}, "true or false"),
        ("oai_pmh", {"language": "klingonese"}, "language tag"),
        ("native", {"page_size": "0"}, "from 1 to"),
        ("gopher", {}, "native, oai_pmh"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_with_what_would(
    protocol: str, settings: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingError, match=words):
        config_from_settings(protocol, settings)


def test_every_protocol_has_settings_and_every_format_it_gives_a_crosswalk() -> None:
    assert {name: protocol.config_class for name, protocol in PROTOCOLS.items()} == CONFIG_CLASSES
    assert {"native", *(each.name for each in FORMATS)} <= set(CROSSWALKS)


def test_every_prefix_that_may_be_set_is_one_we_know_and_the_other_way_round() -> None:
    assert set(METADATA_PREFIXES) == {"auto", *(prefix for each in FORMATS for prefix in each.prefixes)}
