package dev.tollgate.e2e;

import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/** Keeps what tests configure, which stands on the same class path, out of a gateway that is measured. */
public final class NoTests extends TypeExcludeFilter {

    @Override
    public boolean match(MetadataReader type, MetadataReaderFactory types) {
        return type.getAnnotationMetadata().hasAnnotation(TestConfiguration.class.getName());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoTests;
    }

    @Override
    public int hashCode() {
        return NoTests.class.hashCode();
    }
}
