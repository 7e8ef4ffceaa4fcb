# A layered image of the packaged jar, run by a user without rights. Build the jar first:
#   mvn -q -DskipTests package && docker build -t tollgate .
# This file was written without a Docker engine at hand and has not been built yet.
FROM eclipse-temurin:25-jre AS unpacked
WORKDIR /build
COPY target/tollgate.jar packaging/unpack ./
# With a cache of what a start and its first calls have loaded and linked: every later one is ready in a fraction of the time.
RUN ./unpack tollgate.jar /tollgate

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --home-dir /tollgate --shell /usr/sbin/nologin tollgate \
 && mkdir -p /tollgate/data && chown 10001 /tollgate/data
WORKDIR /tollgate
# What is shipped is listed in tollgate.jar: META-INF/sbom/application.cdx.json (CycloneDX) and META-INF/sbom/versions.txt.
# From what changes least to what changes most, so that an upgrade moves one small layer and the cache.
COPY --from=unpacked /tollgate/lib ./lib
COPY --from=unpacked /tollgate/tollgate.jar /tollgate/tollgate.aot /tollgate/tollgate.args ./
COPY application.yaml ./
COPY routes ./routes
USER 10001
VOLUME /tollgate/data
# Policies of your own: -v ./routes:/tollgate/routes:ro; they may be edited, or swapped as a ConfigMap, while it runs. More of Camel:
# -v ./ext:/tollgate/ext:ro
VOLUME /tollgate/routes
# Without TLS; with it, let the orchestrator ask https://…/actuator/health/liveness.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8080 && printf 'GET /actuator/health/liveness HTTP/1.1\\r\\nHost: localhost:8080\\r\\nConnection: close\\r\\n\\r\\n' >&3 && grep -q '\"UP\"' <&3"]
EXPOSE 8080
# In a container loopback is nobody's address: this one needs TOLLGATE_ADMIN_KEY, and does not start without.
ENV SERVER_ADDRESS=0.0.0.0
ENTRYPOINT ["java", "@tollgate.args"]
