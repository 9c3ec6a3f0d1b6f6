from pathlib import Path

from tests import readme_map


def test_the_map_says_what_the_modules_say_of_themselves():
    assert readme_map.written() == readme_map.the_map(), "run: python -m tests.readme_map"


def test_every_floor_is_on_the_map():
    folders = {
        path.parent.relative_to(readme_map.ROOT / "sfwnb").as_posix()
        for path in (readme_map.ROOT / "sfwnb").rglob("*.py")
    }
    missing = [
        folder
        for folder in folders - {".", "engine"}
        if not any(folder == floor or folder.startswith(f"{floor}/") for floor in readme_map.FLOORS)
    ]
    assert missing == []


def test_every_module_says_in_a_sentence_what_lives_there():
    for path in (readme_map.ROOT / "sfwnb").rglob("*.py"):
        said = readme_map.sentence(path)
        assert said.endswith((".", "…")), f"{path}: {said!r}"
        assert Path(path).stat().st_size > 0
