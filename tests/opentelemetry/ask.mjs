// Asks an OpenAI three times under OpenTelemetry's SDK for Node: `node ask.mjs TRACES_URL OPENAI_URL json|proto KEY`.
// With a session and a user, as OpenInference has an application set them; the third answer is streamed.
import { setSession, setUser } from '@arizeai/openinference-core'
import { OpenAIInstrumentation } from '@arizeai/openinference-instrumentation-openai'
import { context } from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node'
import OpenAI from 'openai'

const [url, baseURL, encoding, key] = process.argv.slice(2)
const Exporter = encoding === 'json' ? JsonExporter : ProtobufExporter
const exporter = new Exporter({ url, headers: { 'X-Api-Key': key } })
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] })
provider.register()
const instrumentation = new OpenAIInstrumentation({ tracerProvider: provider })
instrumentation.manuallyInstrument(OpenAI)

const client = new OpenAI({ apiKey: 'none', baseURL })
const question = { model: 'gpt-4o', messages: [{ role: 'user', content: 'Where is my parcel?' }] }
const within = setUser(setSession(context.active(), { sessionId: 'conv-node' }), { userId: 'u-1' })
await context.with(within, async () => {
  await client.chat.completions.create(question)
  await client.chat.completions.create(question)
  const stream = await client.chat.completions.create({
    ...question,
    stream: true,
    stream_options: { include_usage: true },
  })
  for await (const _ of stream);
})
await provider.shutdown()
