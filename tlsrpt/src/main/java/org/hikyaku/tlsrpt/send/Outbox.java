package org.hikyaku.tlsrpt.send;

import java.io.IOException;
import java.net.URI;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.store.Digest;

/**
 * Reports on their way. A report is frozen when it is first made, so that each try sends the same bytes under the same id
 * (T20); of several processes on one database one sends it.
 */
public final class Outbox {
    /** How long a report is one process's own while it tries. */
    private static final Duration LEASE = Duration.ofMinutes(15);

    /** Reports that are read at once; each may have a megabyte. */
    private static final int AT_ONCE = 50;

    private final Database database;

    public Outbox(Database database) {
        this.database = database;
    }

    /** What became of a report. */
    public enum State {
        WAITING("waiting"),
        SENT("sent"),
        GIVEN_UP("given-up");

        private final String token;

        State(String token) {
            this.token = token;
        }

        public String token() {
            return token;
        }
    }

    /**
     * A report on its way.
     *
     * @param record the digest of the text of the record that asks for it
     * @param gzip the report
     * @param begins when it is tried first
     * @param due when it is tried next
     * @param tries how often it was tried
     * @param note what happened last, a sentence
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    public record Entry(
            LocalDate day,
            String domain,
            String record,
            String reportId,
            List<URI> rua,
            byte[] gzip,
            Instant begins,
            Instant due,
            long tries,
            State state,
            String note) {}

    /** Puts a report in, to be tried from this time on; one that is there already stays as it is. */
    void put(DueReport report, String reportId, byte[] gzip, Instant begins) throws IOException {
        database.write(c -> {
            try (PreparedStatement insert =
                    c.prepareStatement("INSERT INTO sending (day, domain, record, report_id, rua,"
                            + " report, made, due, tries, state, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '')"
                            + " ON CONFLICT (day, domain, record) DO NOTHING")) {
                insert.setString(1, report.day().toString());
                insert.setString(2, report.domain());
                insert.setString(3, Digest.of(report.record()));
                insert.setString(4, reportId);
                insert.setString(5, report.rua().stream().map(URI::toString).collect(Collectors.joining("\n")));
                insert.setBytes(6, gzip);
                insert.setLong(7, begins.getEpochSecond());
                insert.setLong(8, begins.getEpochSecond());
                insert.setString(9, State.WAITING.token());
                return insert.executeUpdate();
            }
        });
    }

    /** The reports about a day, or about every day. */
    public List<Entry> entries(java.util.Optional<LocalDate> day) throws IOException {
        return select((day.isPresent() ? " WHERE day = ?" : "") + " ORDER BY day, domain, record", s -> {
            if (day.isPresent()) {
                s.setString(1, day.get().toString());
            }
        });
    }

    /** Of those that are to be tried now, so many that they fit into memory: they carry their reports. */
    List<Entry> due(Instant now) throws IOException {
        return select(
                " WHERE state = 'waiting' AND due <= ? ORDER BY day, domain, record LIMIT " + AT_ONCE,
                s -> s.setLong(1, now.getEpochSecond()));
    }

    /** The domains that have their report about a day, sent or not. */
    public Set<String> domains(LocalDate day) throws IOException {
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT DISTINCT domain FROM sending WHERE day = ?")) {
                select.setString(1, day.toString());
                try (ResultSet row = select.executeQuery()) {
                    Set<String> domains = new HashSet<>();
                    while (row.next()) {
                        domains.add(row.getString(1));
                    }
                    return domains;
                }
            }
        });
    }

    /** Fills in what a query asks for. */
    @FunctionalInterface
    private interface Values {
        void into(PreparedStatement statement) throws SQLException;
    }

    private List<Entry> select(String which, Values values) throws IOException {
        return database.read(c -> {
            try (PreparedStatement select =
                    c.prepareStatement("SELECT day, domain, record, report_id, rua, report, made,"
                            + " due, tries, state, note FROM sending" + which)) {
                values.into(select);
                try (ResultSet row = select.executeQuery()) {
                    List<Entry> entries = new ArrayList<>();
                    while (row.next()) {
                        entries.add(entry(row));
                    }
                    return entries;
                }
            }
        });
    }

    private static Entry entry(ResultSet row) throws SQLException {
        String state = row.getString(10);
        return new Entry(
                LocalDate.parse(row.getString(1)),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5).lines().map(URI::create).toList(),
                row.getBytes(6),
                Instant.ofEpochSecond(row.getLong(7)),
                Instant.ofEpochSecond(row.getLong(8)),
                row.getLong(9),
                Arrays.stream(State.values())
                        .filter(s -> s.token().equals(state))
                        .findFirst()
                        .orElseThrow(() -> new SQLException("no such state of a report: " + state)),
                row.getString(11));
    }

    /** Makes it ours for a while; false when another process has it, or it is settled. */
    boolean claim(Entry entry, Instant now) throws IOException {
        return database.write(c -> {
            try (PreparedStatement update = c.prepareStatement("UPDATE sending SET due = ?, tries = tries + 1"
                    + " WHERE day = ? AND domain = ? AND record = ? AND state = 'waiting' AND due = ?")) {
                update.setLong(1, now.plus(LEASE).getEpochSecond());
                key(update, 2, entry);
                update.setLong(5, entry.due().getEpochSecond());
                return update.executeUpdate() == 1;
            }
        });
    }

    /** Says what became of it. */
    void settle(Entry entry, State state, Instant due, String note) throws IOException {
        database.write(c -> {
            try (PreparedStatement update = c.prepareStatement(
                    "UPDATE sending SET state = ?, due = ?, note = ? WHERE day = ? AND domain = ? AND record = ?")) {
                update.setString(1, state.token());
                update.setLong(2, due.getEpochSecond());
                update.setString(3, note.replace('\0', '?'));
                key(update, 4, entry);
                return update.executeUpdate();
            }
        });
    }

    /** Forgets reports about days before this one. */
    public void forgetBefore(LocalDate day) throws IOException {
        database.write(c -> {
            try (PreparedStatement delete = c.prepareStatement("DELETE FROM sending WHERE day < ?")) {
                delete.setString(1, day.toString());
                return delete.executeUpdate();
            }
        });
    }

    private static void key(PreparedStatement statement, int from, Entry entry) throws SQLException {
        statement.setString(from, entry.day().toString());
        statement.setString(from + 1, entry.domain());
        statement.setString(from + 2, entry.record());
    }
}
