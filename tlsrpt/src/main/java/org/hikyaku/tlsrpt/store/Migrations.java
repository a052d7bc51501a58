package org.hikyaku.tlsrpt.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, step by step. A step that has been released is never changed: a new one is appended. Days are text, {@code
 * 2026-11-22}; keys that may be long are SHA-256 digests of the text beside them.
 */
final class Migrations {
    /** Any number: processes that start at once on one PostgreSQL do this one after the other. */
    private static final long LOCK = 8_460_8461L;

    private static final List<List<String>> STEPS = List.of(
            List.of("""
            CREATE TABLE policy (
                digest TEXT PRIMARY KEY,
                text   TEXT NOT NULL,
                day    TEXT NOT NULL)""", """
            CREATE TABLE record (
                digest TEXT PRIMARY KEY,
                text   TEXT NOT NULL,
                day    TEXT NOT NULL)""", """
            CREATE TABLE tally (
                day        TEXT NOT NULL,
                domain     TEXT NOT NULL,
                record     TEXT NOT NULL,
                policy     TEXT NOT NULL,
                successful BIGINT NOT NULL,
                failed     BIGINT NOT NULL,
                PRIMARY KEY (day, domain, record, policy))""", """
            CREATE TABLE failure (
                day        TEXT NOT NULL,
                domain     TEXT NOT NULL,
                record     TEXT NOT NULL,
                policy     TEXT NOT NULL,
                digest     TEXT NOT NULL,
                text       TEXT NOT NULL,
                sessions   BIGINT NOT NULL,
                PRIMARY KEY (day, domain, record, policy, digest))""", """
            CREATE TABLE batch (
                id  TEXT PRIMARY KEY,
                day TEXT NOT NULL)"""),
            List.of("""
            CREATE TABLE sending (
                day       TEXT NOT NULL,
                domain    TEXT NOT NULL,
                record    TEXT NOT NULL,
                report_id TEXT NOT NULL,
                rua       TEXT NOT NULL,
                report    {bytes} NOT NULL,
                made      BIGINT NOT NULL,
                due       BIGINT NOT NULL,
                tries     BIGINT NOT NULL,
                state     TEXT NOT NULL,
                note      TEXT NOT NULL,
                PRIMARY KEY (day, domain, record))""", "CREATE INDEX sending_due ON sending (state, due)"),
            List.of(
                    """
            CREATE TABLE received (
                id           TEXT PRIMARY KEY,
                same         TEXT NOT NULL,
                day          TEXT NOT NULL,
                received     BIGINT NOT NULL,
                via          TEXT NOT NULL,
                signer       TEXT NOT NULL,
                sender       TEXT NOT NULL,
                raw          {bytes} NOT NULL)""",
                    "CREATE INDEX received_same ON received (same)",
                    "CREATE INDEX received_when ON received (received)",
                    """
            CREATE TABLE result (
                report     TEXT NOT NULL,
                place      BIGINT NOT NULL,
                day        TEXT NOT NULL,
                domain     TEXT NOT NULL,
                successful BIGINT NOT NULL,
                failed     BIGINT NOT NULL,
                PRIMARY KEY (report, place))""",
                    "CREATE INDEX result_domain ON result (domain, day)",
                    "CREATE INDEX result_day ON result (day)"));

    private Migrations() {}

    static void run(Connection connection, Dialect dialect) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (dialect == Dialect.POSTGRESQL) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            }
            statement.execute("CREATE TABLE IF NOT EXISTS migration (step INTEGER PRIMARY KEY)");
            int done = done(statement);
            if (done > STEPS.size()) {
                throw new SQLException("it was written by a newer version of hikyaku (its tables are at step " + done
                        + ", this version knows " + STEPS.size() + "); use that version, or another database");
            }
            for (int step = done; step < STEPS.size(); step++) {
                for (String sql : STEPS.get(step)) {
                    statement.execute(dialect.sql(sql));
                }
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO migration (step) VALUES (?)")) {
                    insert.setInt(1, step + 1);
                    insert.executeUpdate();
                }
            }
        }
    }

    private static int done(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("SELECT COALESCE(MAX(step), 0) FROM migration")) {
            return result.next() ? result.getInt(1) : 0;
        }
    }
}
