"""Serves MiniStack on a free port, prints that port, and ends when its standard input does, with all functions that it has started."""

import asyncio
import json
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
import registry_settings  # noqa: E402

registry_settings.install()


def caller(access_key):
    """Who has an access key, for our gateway: MiniStack tells that to the one who signs with it only."""
    return (resolve_caller_identity(access_key) or {}).get("userArn")


def registry(account, region):
    return json.dumps(registry_settings.registry(account, region))


ADDRESSES = {"callers": caller, "registries": registry}


async def app_with_addresses(scope, receive, send):
    _, name, *arguments = scope["path"].split("/") if scope["type"] == "http" else ("", "")
    if name not in ADDRESSES:
        return await app(scope, receive, send)
    answer = ADDRESSES[name](*arguments)
    await send({"type": "http.response.start", "status": 404 if answer is None else 200, "headers": []})
    await send({"type": "http.response.body", "body": (answer or "").encode()})


threading.Thread(target=end_with_parent, daemon=True).start()
print(port, flush=True)
config = Config()
config.bind = [f"fd://{listener.fileno()}"]
config.loglevel = "WARNING"
config.keep_alive_timeout = 3600  # it counts while MiniStack works on something else, and closes connections whose requests have yet to be read
asyncio.run(serve(app_with_addresses, config))
