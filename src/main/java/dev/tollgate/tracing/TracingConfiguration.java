package dev.tollgate.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import org.apache.camel.opentelemetry2.OpenTelemetryTracer;
import org.apache.camel.spi.CamelContextCustomizer;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts that Camel's tracer looks for; there are none where tracing is off. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "tollgate.tracing.enabled", havingValue = "true")
class TracingConfiguration {

    @Bean
    @ConditionalOnMissingBean
    SpanExporter spanExporter(TracingProperties properties) {
        return OtlpHttpSpanExporter.builder().setEndpoint(properties.endpoint().toString()).build();
    }

    /** Off the callers' path: what the collector does not take in time is dropped. */
    @Bean
    @ConditionalOnMissingBean
    SpanProcessor spanProcessor(SpanExporter exporter) {
        return BatchSpanProcessor.builder(new RedactedSpans(exporter)).build();
    }

    @Bean(destroyMethod = "close")
    SdkTracerProvider tracerProvider(SpanProcessor spans, TracingProperties properties) {
        return SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(
                        Attributes.of(AttributeKey.stringKey("service.name"), "tollgate"))))
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(properties.sample())))
                .addSpanProcessor(new RequestIdSpans()).addSpanProcessor(spans).build();
    }

    @Bean
    Tracer tracer(SdkTracerProvider provider) {
        return provider.get("tollgate");
    }

    /** A caller's trace is gone on with; upstreams are told nothing of it, for their requests pass as callers wrote them. */
    @Bean
    ContextPropagators contextPropagators() {
        return ContextPropagators.create(new InwardsOnly(W3CTraceContextPropagator.getInstance()));
    }

    @Bean
    CamelContextCustomizer tracedRoutes() {
        return context -> {
            OpenTelemetryTracer tracer = new OpenTelemetryTracer();
            tracer.setTraceProcessors(true);
            tracer.setCamelContext(context);
            tracer.init(context);
        };
    }
}
