"""How one engine is set up."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What `python -m local.aws` was asked for.

    ``lambda_runtime`` holds awslambdaric and boto3, which on AWS come with the
    Lambda runtime. ``without`` names gaps to leave open: the tests use it to
    prove that each of them is really closed by its module.
    """

    port: int
    state_dir: Path
    lambda_runtime: Path
    enforce_iam: bool = True
    environments_per_function: int = 4
    save_seconds: float = 5.0
    wait_scale: float = 1.0
    without: frozenset[str] = field(default_factory=frozenset)

    @property
    def url(self) -> str:
        """Where the engine answers, for clients and for the Lambda functions."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """The environment variables that ministack reads when it is imported."""
        return {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "localhost",
            "AWS_ENDPOINT_URL": self.url,
            # Without this ministack opens an MQTT port on every interface.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "AUTH": "true" if self.enforce_iam else "false",
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self.state_dir / "services"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(self.state_dir / "s3"),
            "TMPDIR": str(self.state_dir / "tmp"),
            "SFN_WAIT_SCALE": str(self.wait_scale),
            # A request that waits for a free Lambda environment holds a thread.
            "MINISTACK_WORKER_THREADS": "256",
            "LOG_LEVEL": "WARNING",
        }
