package org.hikyaku.tlsrpt.store;

/** The two databases and the little in which their SQL differs here. */
enum Dialect {
    SQLITE("BLOB"),
    POSTGRESQL("BYTEA");

    private final String bytes;

    Dialect(String bytes) {
        this.bytes = bytes;
    }

    /** A statement with the placeholder {@code {bytes}} for the type of a column of bytes. */
    String sql(String statement) {
        return statement.replace("{bytes}", bytes);
    }
}
