/**
 * Files that must survive: a crash, a power cut, a bad sector and a second process.
 *
 * <p>{@link dev.tollgate.disk.LineLog} is appended to, {@link dev.tollgate.disk.DurableFiles#replace} replaces whole files,
 * {@link dev.tollgate.disk.FileOwner} keeps other processes away, and {@link dev.tollgate.disk.GroupCommit} lets many writers
 * share one fsync. A line carries a checksum ({@link dev.tollgate.disk.CheckedLine}), a growing file a mark of how much was
 * written ({@link dev.tollgate.disk.WriteMark}); what cannot be read is kept aside and said ({@link dev.tollgate.disk.Damage}).
 * Nothing here knows what the files hold.
 */
@NullMarked
package dev.tollgate.disk;

import org.jspecify.annotations.NullMarked;
