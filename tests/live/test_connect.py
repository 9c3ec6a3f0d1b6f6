"""Reaching a server that runs already: by address, by profile, by environment."""

import pytest

from sfwnb.runtime.server import DevServer
from tests import kernel as kernels

DEFINE = """
import sfwnb

@sfwnb.chronoforge(schema={"Order": {}}, kind="Order")
class OrderWorkflow(sfwnb.StatefulWorkflow):
    @sfwnb.action
    async def ship(self, carrier: str) -> str:
        self.data.carrier = carrier
        return carrier
"""


@pytest.fixture
def profiles(tmp_path, server: DevServer):
    """A configuration file with the server's address under the profile ``prod``."""
    file = tmp_path / "temporal.toml"
    file.write_text(f'[profile.prod]\naddress = "{server.address}"\nnamespace = "default"\n')
    return file


def test_a_profile_of_the_configuration_file_leads_to_the_server(tmp_path, server, profiles):
    with kernels.started(tmp_path, TEMPORAL_CONFIG_FILE=str(profiles)) as kernel:
        kernel.run(DEFINE + "lab = sfwnb.connect(profile='prod')")
        assert kernel.run("lab.address").text == repr(server.address)
        kernel.run("order = lab.start(OrderWorkflow, data={'id': 'by-profile'})")
        assert kernel.run("order.action.ship('dhl')").text == "'dhl'"
        assert "Web UI" not in kernel.run("lab").text
        kernel.run("lab.close()")
    assert server.is_running()


def test_the_environment_leads_to_the_server_and_an_address_goes_before_it(tmp_path, server):
    with kernels.started(tmp_path, TEMPORAL_ADDRESS=server.address) as kernel:
        kernel.run(DEFINE + "lab = sfwnb.connect()\nfirst = lab")
        assert kernel.run("lab.address").text == repr(server.address)
        assert kernel.run("sfwnb.connect() is lab").text.endswith("True")
    with kernels.started(tmp_path, TEMPORAL_ADDRESS="127.0.0.1:1") as kernel:
        kernel.run(DEFINE + f"lab = sfwnb.connect('{server.address}')")
        kernel.run("order = lab.start(OrderWorkflow, data={'id': 'by-address'})")
        assert kernel.run("order.action.ship('ups')").text == "'ups'"


def test_a_server_that_is_not_there_and_an_unknown_profile_are_said(tmp_path, profiles):
    with kernels.started(tmp_path, TEMPORAL_CONFIG_FILE=str(profiles)) as kernel:
        kernel.run("import sfwnb")
        failed = kernel.run("sfwnb.connect('127.0.0.1:1')", fails=True)
        assert "No Temporal server answers at 127.0.0.1:1" in failed.error
        failed = kernel.run("sfwnb.connect(profile='prud')", fails=True)
        assert "LabError" in failed.error
        assert "prud" in failed.error
        kernel.run("lab = sfwnb.connect(profile='prod')")


def test_two_notebooks_on_one_server_run_their_own_code(tmp_path, server):
    paths = {"JPY_SESSION_NAME": "/a.ipynb"}, {"JPY_SESSION_NAME": "/b.ipynb"}
    with kernels.started(tmp_path, **paths[0]) as a, kernels.started(tmp_path, **paths[1]) as b:
        for kernel, name, shout in ((a, "a", "upper"), (b, "b", "lower")):
            kernel.run(
                DEFINE.replace("return carrier", f"return carrier.{shout}()")
                + f"lab = sfwnb.connect('{server.address}')\n"
                + f"order = lab.start(OrderWorkflow, data={{'id': 'of-{name}'}})"
            )
        for _ in range(3):
            assert a.run("order.action.ship('Dhl')").text == "'DHL'"
            assert b.run("order.action.ship('Dhl')").text == "'dhl'"
