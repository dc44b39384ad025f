"""Serves MiniStack on a free port, prints that port, and ends when its standard input does, with all functions that it has started."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import threading

folder = os.environ["TMPDIR"]
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
port = listener.getsockname()[1]
os.environ.update(
    STATE_DIR=os.path.join(folder, "state"),
    GATEWAY_PORT=str(port),
    MINISTACK_HOST="127.0.0.1",
    SFTP_ENABLED="0",  # these two listen on ports of their own
    IOT_MTLS_ENABLED="0",
)


def end_with_parent():
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)  # functions are processes of the same group


# MiniStack reads its settings when it is imported.
from hypercorn.asyncio import serve  # noqa: E402
from hypercorn.config import Config  # noqa: E402
from ministack.app import app  # noqa: E402
from ministack.core.iam_evaluator import resolve_caller_identity  # noqa: E402

CALLERS = "/callers/"


async def app_with_callers(scope, receive, send):
    """Tells our gateway, too, who has an access key: MiniStack tells that to the one who signs with it only."""
    if scope["type"] != "http" or not scope["path"].startswith(CALLERS):
        return await app(scope, receive, send)
    identity = resolve_caller_identity(scope["path"].removeprefix(CALLERS))
    await send({"type": "http.response.start", "status": 200 if identity else 404, "headers": []})
    await send({"type": "http.response.body", "body": (identity or {}).get("userArn", "").encode()})


threading.Thread(target=end_with_parent, daemon=True).start()
print(port, flush=True)
config = Config()
config.bind = [f"fd://{listener.fileno()}"]
config.loglevel = "WARNING"
asyncio.run(serve(app_with_callers, config))
