"""What a lab was asked for, and the client that this leads to."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.envconfig import ClientConfigProfile

from sfwnb.errors import LabError
from sfwnb.plugin import StatefulPlugin
from sfwnb.runtime.server import DevServer


@dataclass(frozen=True, slots=True)
class Settings:
    """What a lab was asked for; equal settings mean the same lab.

    Attributes:
        task_queue: Of the lab's worker.
        namespace: None takes that of the environment or profile.
        file: The SQLite file of a server of one's own.
        port: Its port.
        ui_port: Its Web UI's port.
        address: Of a server that runs already.
        profile: Of Temporal's configuration file, for a server that runs already.
        own_server: Whether the lab starts a server.
    """

    task_queue: str
    namespace: str | None
    file: Path | None = None
    port: int | None = None
    ui_port: int | None = None
    address: str | None = None
    profile: str | None = None
    own_server: bool = True

    def check(self) -> None:
        """Refuse ports that are none before anything is closed or started.

        Raises:
            LabError: Says which.
        """
        for name in ("port", "ui_port"):
            port = getattr(self, name)
            if port is not None and not (isinstance(port, int) and 0 < port < 65_536):
                raise LabError(f"{name}={port!r} is no port: give a number from 1 to 65535.")
        if self.address is not None and not isinstance(self.address, str):
            raise LabError(f"{self.address!r} is no address: give 'host:port'.")

    def shares_with(self, other: "Settings") -> bool:
        """Whether two labs of these settings cannot live at the same time."""
        mine = {self.file, self.port, self.ui_port} - {None}
        return bool(mine & {other.file, other.port, other.ui_port})

    def again(self) -> str:
        """What to type to get such a lab again."""
        if self.own_server:
            return f'lab = sfwnb.Lab(file="{self.file}")' if self.file else "lab = sfwnb.Lab()"
        if self.profile:
            return f'lab = sfwnb.connect(profile="{self.profile}")'
        return f'lab = sfwnb.connect("{self.address}")' if self.address else "lab = sfwnb.connect()"

    async def start_server(self) -> DevServer | None:
        """The lab's own server, or None where it uses one that runs already.

        Raises:
            LabError: It cannot be started; says why and what to do.
        """
        if not self.own_server:
            return None
        namespace = self.namespace or "default"
        return await DevServer.start(self.file, self.port, self.ui_port, namespace)

    async def connect(self, server: DevServer | None) -> Client:
        """A new connection to that server, or to where the environment and profile point.

        Raises:
            LabError: Nothing answers there, or the profile cannot be read.
        """
        config = {"target_host": server.address} if server else self._environment()
        if self.namespace:
            config["namespace"] = self.namespace
        try:
            return await Client.connect(**config, plugins=[StatefulPlugin()])
        except RuntimeError as error:
            raise LabError(
                f"No Temporal server answers at {config['target_host']}: {error}. Check the "
                "address, and for a profile the configuration file (TEMPORAL_CONFIG_FILE)."
            ) from error

    def _environment(self) -> dict[str, Any]:
        try:
            profile = ClientConfigProfile.load(profile=self.profile)
        except RuntimeError as error:
            raise LabError(
                f"Temporal's configuration cannot be used: {error}. The variable "
                "TEMPORAL_CONFIG_FILE names its file, TEMPORAL_PROFILE or profile= the profile."
            ) from error
        config: dict[str, Any] = {
            "target_host": "localhost:7233",
            **profile.to_client_connect_config(),
        }
        return config | ({"target_host": self.address} if self.address else {})
