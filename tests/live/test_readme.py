"""The README's example runs as it stands there."""

import subprocess
import sys

from tests.readme_map import README


def test_the_lines_of_the_readme_run(tmp_path):
    code = README.read_text().split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line.strip()]) <= 14
    script = tmp_path / "readme.py"
    script.write_text(code)
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "shipped with dhl"
