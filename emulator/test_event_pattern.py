"""Asks EventBridge whether deployed rules match events: lines of {"rule": "...", "event": {...}}, each answered with true or false."""

import json
import sys

import boto3

events = boto3.client("events")
for line in sys.stdin:
    question = json.loads(line)
    pattern = events.describe_rule(Name=question["rule"])["EventPattern"]
    print(json.dumps(events.test_event_pattern(EventPattern=pattern, Event=json.dumps(question["event"]))["Result"]))
