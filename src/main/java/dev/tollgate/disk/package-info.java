/**
 * Files that must survive a power cut: atomic replacement, one owning process, many writers sharing one fsync.
 *
 * <p>Nothing here knows what the files hold. The quota and the verdict cache stand on it.
 */
package dev.tollgate.disk;
