package dev.tollgate.upstream;

/** The same where replies are short, say how long they are and are held whole: they are read at once, and cut all the same. */
class ShortReplyTest extends ReplyInspectorTest {

    @Override
    boolean isShort() {
        return true;
    }
}
