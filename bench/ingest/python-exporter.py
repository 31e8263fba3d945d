"""One batch of spans through the OTLP exporter of OpenTelemetry's Python SDK: python-exporter.py <url> <spans>"""

import sys

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

url, spans = sys.argv[1], int(sys.argv[2])
memory = InMemorySpanExporter()
provider = TracerProvider(resource=Resource.create({"service.name": "python-backend"}))
provider.add_span_processor(SimpleSpanProcessor(memory))
tracer = provider.get_tracer("opentelemetry.instrumentation.openai_v2")
for number in range(spans):
    attributes = {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "openai",
        "gen_ai.request.model": "gpt-5",
        "gen_ai.response.model": "gpt-5-2026-01-01",
        "gen_ai.response.id": f"resp_{number}",
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 100 + number,
        "gen_ai.usage.output_tokens": 50 + number,
        "server.address": "api.openai.com",
    }
    tracer.start_span("chat gpt-5", attributes=attributes).end()
OTLPSpanExporter(endpoint=url).export(memory.get_finished_spans())
