package dev.tollgate.settings;

import org.jspecify.annotations.Nullable;

/**
 * A setting with which the gateway does not start: says which key, what is wrong with it and what to do. The console shows
 * these two sentences and no stack trace.
 */
public class SettingException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    /**
     * @param problem names the setting and what is wrong; never a secret
     * @param remedy  what to do
     */
    public SettingException(String problem, String remedy) {
        this(problem, remedy, null);
    }

    /** @param cause what was seen; may be null */
    public SettingException(String problem, String remedy, @Nullable Throwable cause) {
        super(problem + (problem.endsWith(".") ? " " : ". ") + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What is wrong, and with which setting. */
    public String problem() {
        return problem;
    }

    /** What to do about it. */
    public String remedy() {
        return remedy;
    }
}
