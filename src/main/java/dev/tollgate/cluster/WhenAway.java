package dev.tollgate.cluster;

/** What a node may do by itself while the shared database is away. */
public enum WhenAway {
    /** Nothing. */
    CLOSED,
    /** What was counted for this node beforehand, or its Nth part. */
    SHARE
}
