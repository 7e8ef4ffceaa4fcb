package dev.tollgate.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.properties.PropertiesComponent;
import org.apache.camel.component.properties.PropertiesParser;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.DefaultConfigurationConfigurer;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelContextCustomizer;
import org.apache.camel.spring.boot.CamelConfigurationProperties;
import org.apache.camel.spring.spi.ApplicationContextBeanRepository;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.PluginHelper;
import org.springframework.boot.autoconfigure.thread.Threading;
import org.springframework.context.ApplicationContext;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.stereotype.Component;

import dev.tollgate.check.Finding;
import dev.tollgate.gateway.BodiesInMemory;
import dev.tollgate.gateway.DoorProperties;
import dev.tollgate.upstream.UpstreamClients;

/** Builds a {@link Generation} from a set of route files. */
@Component
class GenerationFactory {

    /** Of the whole process: Quartz keeps its schedulers by the context's name, for every gateway in it. */
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final ApplicationContext beans;
    private final CamelConfigurationProperties camel;
    private final PropertiesParser placeholders;
    private final DoorProperties properties;
    private final UpstreamClients upstreams;

    GenerationFactory(ApplicationContext beans, CamelConfigurationProperties camel, PropertiesParser placeholders,
            DoorProperties properties, UpstreamClients upstreams) {
        this.beans = beans;
        this.camel = camel;
        this.placeholders = placeholders;
        this.properties = properties;
        this.upstreams = upstreams;
    }

    /** A set of routes that cannot be loaded or started; says where and why. */
    static final class NotLoadedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final transient Finding finding;

        NotLoadedException(Finding finding, Throwable cause) {
            super(finding.toString(), cause);
            this.finding = finding;
        }

        Finding finding() {
            return finding;
        }
    }

    /** @throws NotLoadedException if a file cannot be loaded or a route cannot be started; nothing is left running then */
    Generation build(RouteSet routes) throws NotLoadedException {
        DefaultCamelContext context = new DefaultCamelContext(
                new DefaultRegistry(new ApplicationContextBeanRepository(beans)));
        List<String> deferred = new ArrayList<>();
        try {
            DefaultConfigurationConfigurer.configure(context, camel.getMain());
            context.setApplicationContextClassLoader(beans.getClassLoader()); // which knows the jars of ext/
            context.getCamelContextExtension().setName("tollgate-" + COUNT.incrementAndGet());
            context.setPropertiesComponent(propertiesComponent(context, routes));
            context.addComponent("platform-http", platformHttp());
            context.addComponent("http", upstreams.component());
            context.addComponent("https", upstreams.component());
            context.getCamelContextExtension().getContextPlugin(Model.class)
                    .addModelLifecycleStrategy(new DeferSelfStarters(deferred));
            beans.getBeanProvider(CamelContextCustomizer.class).orderedStream().forEach(each -> each.configure(context));
            LaterSchedulers schedulers = new LaterSchedulers();
            context.addLifecycleStrategy(schedulers);
            // Started before the routes are loaded: the other way round none of them starts.
            context.start();
            RouteLoader.addTo(context);
            DurationTimeouts.addTo(context);
            KnownConversions.addTo(context);
            PluginHelper.getRoutesLoader(context).loadRoutes(routes.resources());
            schedulers.start();
            return new Generation(context, deferred);
        }
        catch (Throwable e) { // a class that is missing is an Error, as is a route too deep
            Finding finding = LoadFailure.read(e, routes, context);
            context.stop();
            throw new NotLoadedException(finding, e);
        }
    }

    private PropertiesComponent propertiesComponent(CamelContext context, RouteSet routes) {
        Properties own = new Properties();
        own.setProperty("routes", routes.location());
        PropertiesComponent component = new PropertiesComponent();
        component.setCamelContext(context);
        component.setPropertiesParser(placeholders);
        component.setInitialProperties(own);
        return component;
    }

    private PlatformHttpComponent platformHttp() {
        AnswerHeaders filter = new AnswerHeaders();
        PlatformHttpComponent component = new PlatformHttpComponent();
        BodiesInMemory account = beans.getBeanProvider(BodiesInMemory.class).getIfAvailable(() -> new BodiesInMemory(0));
        DoorEngine engine = new DoorEngine(new DoorBinding(filter, properties.maxBodySize().toBytes(), account), threads());
        component.setEngine(engine);
        component.addPlatformHttpListener(engine);
        return component;
    }

    private Optional<Executor> threads() {
        return Threading.VIRTUAL.isActive(beans.getEnvironment()) ? Optional.of(new VirtualThreadTaskExecutor("waited-"))
                : Optional.empty();
    }

    /** Holds back the routes that nobody calls (Quartz, files), so that no job fires in two generations. */
    private static final class DeferSelfStarters extends ModelLifecycleStrategySupport {

        private static final List<String> CALLED = List.of("platform-http:", "direct:", "seda:", "rest:", "rest-api:",
                "rest-openapi:", "kamelet:");

        private final List<String> deferred;

        DeferSelfStarters(List<String> deferred) {
            this.deferred = deferred;
        }

        @Override
        public void onAddRouteDefinition(RouteDefinition route) {
            String uri = route.getInput().getEndpointUri();
            if (CALLED.stream().noneMatch(uri::startsWith) && route.getAutoStartup() == null) {
                route.setAutoStartup("false");
                deferred.add(route.getRouteId());
            }
        }
    }
}
