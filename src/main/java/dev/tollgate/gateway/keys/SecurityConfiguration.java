package dev.tollgate.gateway.keys;

import java.net.InetAddress;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.firewall.StrictHttpFirewall;

import dev.tollgate.gateway.Dialect;
import dev.tollgate.gateway.Refusal;
import dev.tollgate.gateway.RequestPath;

/** The one filter chain. No sessions, no forms, no cookies: every request proves itself. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    @Bean
    SecurityFilterChain gatewayChain(HttpSecurity http, AdminKey adminKey, GatewayKeys keys,
            ObjectProvider<TokenOfKey> tokens, FailedAttempts attempts, RefusedAttempts refused, ServerProperties server,
            GatewayProperties properties, Environment environment) throws Exception {
        stateless(http);
        NamedOrigins origins = new NamedOrigins(properties.corsOrigins());
        if (!properties.corsOrigins().isEmpty()) {
            http.cors(cors -> cors.configurationSource(origins));
        }
        OwnSite site = new OwnSite(properties.allowedHosts(), origins);
        boolean checksHost = isLoopback(server.getAddress()) || !properties.allowedHosts().isEmpty();
        http.addFilterAfter(new AdminAttempts(refused), SecurityContextHolderFilter.class);
        http.addFilterAfter(new ProperRequests(site, adminKey.isSet(), checksHost, properties.maxUrlLength().toBytes()),
                AdminAttempts.class);
        if (adminKey.isSet()) {
            http.addFilterBefore(new TokenEndpointGuard(attempts), AuthorizationFilter.class);
            http.addFilterBefore(new KeyFilter(adminKey, keys, tokens.orderedStream().toList(), attempts),
                    AuthorizationFilter.class);
        }
        else {
            http.addFilterBefore(new LoopbackCallers(), AuthorizationFilter.class);
        }
        http.addFilterAfter(new CredentialCut(), AuthorizationFilter.class);
        boolean sandbox = environment.acceptsProfiles(Profiles.of("sandbox"));
        http.authorizeHttpRequests(paths -> paths
                .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD, DispatcherType.ASYNC).permitAll()
                .requestMatchers(request -> sandbox && isSimulatedUpstream(request)).permitAll()
                .anyRequest().access(new PathAccess()));
        return http.build();
    }

    private static void stateless(HttpSecurity http) throws Exception {
        http.sessionManagement(AbstractHttpConfigurer::disable)
                .securityContext(context -> context.securityContextRepository(new RequestAttributeSecurityContextRepository()))
                .csrf(AbstractHttpConfigurer::disable) // nothing a browser sends by itself proves anything here
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .headers(AbstractHttpConfigurer::disable) // answers pass as the upstream sent them
                .exceptionHandling(denials -> denials
                        .authenticationEntryPoint((request, response, e) -> Dialect.of(request).write(request, response,
                                Refusal.of(401, "This needs a key, in " + Credentials.places(request) + ".")))
                        .accessDeniedHandler((request, response, e) -> Dialect.of(request).write(request, response,
                                Refusal.of(403, "This key may not use %s.".formatted(PathAccess.api(request))))));
    }

    /** The sandbox's gateway calls itself, with credentials of no value. */
    private static boolean isSimulatedUpstream(HttpServletRequest request) {
        return RequestPath.of(request).isOrIsBelow("/sandbox") && OwnSite.isLoopbackAddress(request.getRemoteAddr());
    }

    /**
     * Spring Security has Spring MVC say beforehand which handler a request will have, for matchers that ask it. None here does
     * ({@link RequestPath} is asked), and it would go through every handler mapping once more for each request.
     */
    @Bean
    static BeanDefinitionRegistryPostProcessor withoutHandlerIntrospection() {
        return new WithoutHandlerIntrospection();
    }

    /** Ordered, so that it comes before Spring Security's own, which has no order. */
    private static final class WithoutHandlerIntrospection implements BeanDefinitionRegistryPostProcessor, Ordered {

        private static final String INTROSPECTOR = "mvcHandlerMappingIntrospector";

        @Override
        public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
            if (registry.containsBeanDefinition(INTROSPECTOR)) {
                registry.removeBeanDefinition(INTROSPECTOR);
            }
        }

        @Override
        public int getOrder() {
            return Ordered.LOWEST_PRECEDENCE;
        }
    }

    /** A request is observed as a whole; what each filter took would cost every waiting caller some 5 KB. */
    @Bean
    SecurityObservationSettings observations() {
        return SecurityObservationSettings.noObservations();
    }

    private static boolean isLoopback(InetAddress address) {
        return address != null && address.isLoopbackAddress();
    }

    /**
     * Dot segments and control characters stop here, whatever they would mean to a route. What is only unusual
     * passes: which path it is, or that it is none, says {@link RequestPath}, and the door knows which methods a path has.
     */
    @Bean
    HttpFirewall firewall() {
        StrictHttpFirewall firewall = new StrictHttpFirewall();
        firewall.setUnsafeAllowAnyHttpMethod(true);
        firewall.setAllowSemicolon(true);
        firewall.setAllowUrlEncodedPercent(true);
        firewall.setAllowUrlEncodedDoubleSlash(true);
        firewall.setAllowUrlEncodedSlash(true); // part of a name below /sp-api, refused elsewhere: see RequestPath
        firewall.setAllowBackSlash(true); // the same
        firewall.setAllowedHeaderNames(HeaderText::isName);
        firewall.setAllowedHeaderValues(HeaderText::isValue);
        firewall.setAllowedParameterNames(name -> true); // parts are read inside routes, where a refusal would be a failure
        return firewall;
    }

    @Bean
    RequestRejectedHandler firewallAnswers() {
        return (request, response, e) -> Dialect.of(request).write(request, response,
                Refusal.of(400, "The request is malformed: its path, method or a header has parts that are not accepted here."));
    }
}
