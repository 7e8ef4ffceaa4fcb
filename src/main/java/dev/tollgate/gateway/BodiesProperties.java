package dev.tollgate.gateway;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How much memory the bodies of requests may take.
 *
 * @param maxBodiesInMemory bytes of bodies held at once, over all callers; who comes with more is answered with 503 and
 *                          Retry-After. 0 stands for a sixth of the heap
 */
@ConfigurationProperties("tollgate")
record BodiesProperties(@DefaultValue("0") DataSize maxBodiesInMemory) {
}
