"""What is proposed for a file that nobody described: no cell of it, and no more than is known."""

import tomllib
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors._lead_files_propose import settled_format
from connectors.lead_files import LeadFiles
from connectors.lead_files import source as declared
from policy.errors import UsageError
from tests.connectors import lead_files_corpus as corpus


def undescribed() -> LeadFiles:
    return corpus.built(columns=None, tick_boxes=[])


def guessed(tmp_path: Path, headings: str) -> dict[str, str]:
    path = tmp_path / "leads.csv"
    path.write_text(f"{headings}\n", encoding="utf-8")
    found = undescribed().propose(path)
    return {guess.column: guess.field for guess in found.columns if guess.field}


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        ("Lead ID,Created,First name,Surname,E-mail,Mobile,Company,Role",
         "id submitted_at first_name last_name email phone company job_title"),
        ("Eingegangen am;Vorname;Name;E-Mail-Adresse;Telefonnummer;Firma;Funktion",
         "submitted_at first_name last_name email phone company job_title"),
        ("Horodateur;Prénom;Nom;Adresse e-mail;Téléphone;Société;Poste",
         "submitted_at first_name last_name email phone company job_title"),
        ("Marca temporal,Nombre,Apellidos,Correo electrónico,Móvil,Empresa,Cargo",
         "submitted_at first_name last_name email phone company job_title"),
        ("Name,E-mail", "full_name email"),
        ("Nombre,Correo", "full_name email"),
        ("Work email,Email,Timestamp,Date", "email email submitted_at"),
        ("gclid,ad_storage,utm_source,Email", "origin origin origin email"),
        ("Email,Marketing consent", "email tick_boxes"),
    ],
)  # fmt: skip
def test_headings_suggest_fields_in_several_languages(
    tmp_path: Path, headings: str, fields: str
) -> None:
    assert list(guessed(tmp_path, headings).values()) == fields.split()


@pytest.mark.parametrize(
    "heading",
    ["I agree to the newsletter", "Einwilligung Werbung", "J'accepte", "Acepto", "Opt-in"],
)
def test_headings_of_tick_boxes_are_recognised(tmp_path: Path, heading: str) -> None:
    assert guessed(tmp_path, f"Email,{heading}")[heading] == "tick_boxes"


def test_a_column_about_marketing_with_many_answers_is_no_tick_box(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = "".join(f"p{n}@shop.example,budget {n}\n" for n in range(9))
    path.write_text(f"Email,Marketing plans\n{rows}", encoding="utf-8")
    assert undescribed().propose(path).columns[1].field is None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"17/05/2026 10:30", "01/02/2026 09:00"}, "%d/%m/%Y %H:%M"),
        ({"05/17/2026", "01/02/2026"}, "%m/%d/%Y"),
        ({"17.05.2026"}, "%d.%m.%Y"),
        ({"05/17/26 1:30 PM"}, "%m/%d/%y %I:%M %p"),
        ({"2026-05-17T10:30:00Z", "2026-05-17"}, "iso"),
        ({"05/06/2026", "07/08/2026"}, None),
        ({"17/05/2026", "05/17/2026"}, None),
        ({"soon"}, None),
        (set(), None),
    ],
)
def test_a_date_format_is_proposed_only_where_the_dates_settle_it(
    cells: set[str], expected: str | None
) -> None:
    assert settled_format(cells) == expected


@pytest.mark.parametrize("name", ["commas.csv", "workbook.xlsx", "nested_items.json"])
def test_a_proposal_repeats_no_cell_and_loads_only_when_it_is_completed(name: str) -> None:
    found = undescribed().propose(corpus.ROOT / "files" / name)
    assert "shop.example" not in found.configuration.lower()
    assert "Priya" not in found.configuration + str(found.columns)
    [proposed] = tomllib.loads(found.configuration)["sources"]
    own = {k: v for k, v in proposed.items() if k not in {"id", "kind", "controller", "boxes"}}
    with pytest.raises(ValidationError):
        declared.settings.model_validate(own)


def test_a_completed_proposal_reads_the_file() -> None:
    path = corpus.ROOT / "files" / "commas.csv"
    found = undescribed().propose(path)
    [proposed] = tomllib.loads(found.configuration)["sources"]
    own = {k: v for k, v in proposed.items() if k not in {"id", "kind", "controller", "boxes"}}
    own |= {"language": "en", "time_zone": "Europe/London"}
    own["privacy_url"] = "https://nectra.example/privacy"
    [box] = own["tick_boxes"]
    box["wording"] = "Yes, news."
    connector = corpus.built(**own)
    read = [connector.read(each)[0] for each in connector.open_file(path)]
    assert len(read) == 4


def test_a_file_without_headings_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="no row of headings") as refused:
        undescribed().propose(corpus.ROOT / "files" / "refused_no_headings.csv")
    assert "shah" not in str(refused.value).lower()
