"""What the sample's users do with OpenAI's own client. Usage: openai_client.py URL STEP

Each step prints one line of JSON about what the client has got.
"""
import json
import sys

import openai

MESSAGES = [{"role": "user", "content": "why"}]
client = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none", max_retries=0, timeout=60)


def ask(**options):
    options = {"model": "tiny", "messages": MESSAGES, "temperature": 0, **options}
    return client.chat.completions.create(**options)


def whole():
    answer = ask(max_tokens=9)
    return {
        "text": answer.choices[0].message.content,
        "reason": answer.choices[0].finish_reason,
        "role": answer.choices[0].message.role,
        "tokens": [answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens],
    }


def stream():
    text, reason, usage, ids = "", None, None, set()
    for chunk in ask(max_tokens=9, stream=True, stream_options={"include_usage": True}):
        ids.add(chunk.id)
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reason = choice.finish_reason or reason
        usage = chunk.usage or usage
    return {
        "text": text,
        "reason": reason,
        "ids": len(ids),
        "tokens": [usage.prompt_tokens, usage.completion_tokens, usage.total_tokens],
    }


def cancel():
    answer = ask(max_tokens=1000, stream=True)
    pieces = [next(answer) for _ in range(3)]
    answer.close()
    return {"pieces": len(pieces)}


def models():
    return {"models": [model.id for model in client.models.list()], "one": client.models.retrieve("tiny").id}


def errors():
    found = {}
    for name, options in {
        "model": {"model": "other"},
        "temperature": {"temperature": 3},
        "context": {"max_tokens": 100_000},
        "n": {"n": 2},
        "stream": {"temperature": 3, "stream": True},
        "body": {"messages": [{"role": "user", "content": "x" * 300_000}]},
    }.items():
        try:
            ask(**options)
            found[name] = "no error"
        except openai.APIStatusError as error:
            found[name] = [type(error).__name__, error.status_code, error.code, error.param]
    return found


def refused():
    try:
        return ask(max_tokens=2).usage.completion_tokens
    except openai.APIStatusError as error:
        return [type(error).__name__, error.status_code, error.response.headers.get("retry-after")]


def broken():
    try:
        for _ in ask(max_tokens=1000, stream=True):
            pass
        return "no error"
    except openai.APIError as error:
        return [type(error).__name__, error.code]


steps = [whole, stream, cancel, models, errors, refused, broken]
print(json.dumps({step.__name__: step for step in steps}[sys.argv[2]]()))
