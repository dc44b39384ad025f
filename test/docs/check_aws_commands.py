"""Tells which calls of the AWS CLI it does not know. Reads them from standard input, as JSON; sends nothing to AWS."""

import contextlib
import io
import json
import os
import sys

from awscli.clidriver import create_clidriver

NOBODY_LISTENS = ["--endpoint-url", "http://127.0.0.1:9"]
TRIED_TO_SEND = "Could not connect to the endpoint URL"

os.environ["AWS_MAX_ATTEMPTS"] = "1"
problems = []
for call in json.load(sys.stdin):
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        try:
            create_clidriver().main(call + NOBODY_LISTENS)
        except SystemExit:
            pass
    if TRIED_TO_SEND not in output.getvalue():
        problems.append(" ".join(["aws", *call, *output.getvalue().split()[-20:]]))
print(json.dumps(problems))
