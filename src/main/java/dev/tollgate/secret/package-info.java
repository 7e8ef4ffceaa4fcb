/**
 * Secrets at rest: AES-256-GCM from the JDK, with the id of the key inside every value so that keys can be changed.
 *
 * <p>Google Tink was weighed against this and left out: its keysets would need a file format, a rotation tool and 2 MB of
 * libraries of their own, while one master key from the environment needs one cipher call, which the JDK has.
 */
@NullMarked
package dev.tollgate.secret;

import org.jspecify.annotations.NullMarked;
