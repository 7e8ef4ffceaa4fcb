package dev.tollgate.database;

/** A setting without which there is no database: says which key, what is wrong with it and what to do. */
final class DatabaseSettingException extends RuntimeException {

    private final String remedy;

    DatabaseSettingException(String problem, String remedy, Throwable cause) {
        super(problem, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
