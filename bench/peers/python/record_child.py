"""One Python instrumentation and one ending in a process of its own, its spans sent by the official OTLP exporter:
`python record_child.py <subject> <base URL> <application> <headers> <OTLP URL>`. Prints what the application saw.

The counterpart of `record-child.ts`; needs the packages of requirements.txt.
"""

import asyncio
import importlib.metadata
import json
import os
import socket
import sys
import time

from openai import AsyncOpenAI, OpenAI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http import trace_exporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

CHUNKS_BEFORE = 5
SETTLE_SECONDS = 1.5
REQUEST = {
    "model": "gpt-4.1",
    "stream": True,
    "stream_options": {"include_usage": True},
    "messages": [{"role": "user", "content": "How does a weir measure a stream?"}],
}

MACHINE_WORDS = [
    (os.path.abspath(os.path.join(os.path.dirname(__file__), "../../..")) + "/", "/app/"),
    (sys.prefix, "/venv"),
    (sys.base_prefix, "/python"),
    (socket.gethostname(), "host"),
]


encode_spans = trace_exporter.encode_spans


def encode_without_machine_words(spans):
    """What the exporter would send, except for what stack traces say of the machine."""
    request = encode_spans(spans)
    for resource_spans in request.resource_spans:
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                texts = [*span.attributes, *(one for event in span.events for one in event.attributes)]
                for attribute in texts:
                    if attribute.value.HasField("string_value"):
                        attribute.value.string_value = without(attribute.value.string_value)
                span.status.message = without(span.status.message)
    return request


trace_exporter.encode_spans = encode_without_machine_words


def without(text):
    for word, instead in MACHINE_WORDS:
        text = text.replace(word, instead)
    return text


def set_up(subject, otlp_url):
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(trace_exporter.OTLPSpanExporter(endpoint=otlp_url)))
    trace.set_tracer_provider(provider)
    wrap = lambda client: client  # noqa: E731
    if subject == "openinference-python":
        from openinference.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument(tracer_provider=provider)
    elif subject == "traceloop-python":
        from opentelemetry.instrumentation.openai import OpenAIInstrumentor

        OpenAIInstrumentor().instrument(tracer_provider=provider)
    elif subject == "langsmith-python":
        os.environ.update(LANGSMITH_TRACING="true", LANGSMITH_OTEL_ENABLED="true", LANGSMITH_OTEL_ONLY="true")
        os.environ["LANGCHAIN_REVISION_ID"] = "recorded"
        from langsmith import Client
        from langsmith.wrappers import wrap_openai

        client = Client(api_key="none", otel_tracer_provider=provider)
        wrap = lambda openai: wrap_openai(openai, tracing_extra={"client": client})  # noqa: E731
    return provider, wrap


def read(client, application, headers, seen):
    for chunk in client.chat.completions.create(**REQUEST, extra_headers=headers):
        if note(chunk, seen) and application == "breaks":
            break


async def read_and_cancel(client, headers, seen):
    task = None

    async def loop():
        async for chunk in await client.chat.completions.create(**REQUEST, extra_headers=headers):
            if note(chunk, seen):
                task.cancel()

    task = asyncio.create_task(loop())
    await asyncio.gather(task, return_exceptions=True)


def note(chunk, seen):
    """Whether it was the last one before something happens."""
    if not chunk.choices or not chunk.choices[0].delta.content:
        return False
    seen.setdefault("timeToFirstChunkMs", (time.perf_counter() - seen["startedAt"]) * 1000)
    seen["chunks"] += 1
    return seen["chunks"] == CHUNKS_BEFORE


def versions(subject):
    package = {
        "openinference-python": "openinference-instrumentation-openai",
        "traceloop-python": "opentelemetry-instrumentation-openai",
        "langsmith-python": "langsmith",
    }[subject]
    return {name: importlib.metadata.version(name) for name in (package, "openai")}


def main():
    subject, base_url, application, headers, otlp_url = sys.argv[1:]
    provider, wrap = set_up(subject, otlp_url)
    options = {"api_key": "none", "base_url": base_url, "max_retries": 0}
    seen = {"chunks": 0, "startedAt": time.perf_counter()}
    try:
        if application == "aborts":
            asyncio.run(read_and_cancel(wrap(AsyncOpenAI(**options)), json.loads(headers), seen))
        else:
            read(wrap(OpenAI(**options)), application, json.loads(headers), seen)
    except Exception as error:  # What a client raises is what the application sees.
        seen["error"] = str(error)
    time.sleep(SETTLE_SECONDS)
    provider.force_flush()
    del seen["startedAt"]
    print(json.dumps({**seen, "packages": versions(subject)}))
    # Threads of instrumentations need not end.
    sys.stdout.flush()
    os._exit(0)


main()
