package org.hikyaku.tlsrpt.count;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.ReportWriter;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.store.Digest;

/** Counts as rows. Several processes may write the same rows at once: sums are added in the database. */
final class CountTables {
    /**
     * For one domain and day. A domain that serves another policy at every fetch gets those beyond under one entry that
     * names no lines.
     */
    static final Limit MAX_POLICIES = new Limit("policies of one domain in a day", 100);

    private static final String KEY = " WHERE day = ? AND domain = ? AND record = ? AND policy = ?";

    private final Database database;

    CountTables(Database database) {
        this.database = database;
    }

    String shown() {
        return database.shown();
    }

    /** A key as its row has it. */
    private record Row(String day, String domain, String record, String policy) {
        /** All writers take the rows in the same order, so that none waits for another in a circle. */
        static final Comparator<Row> ORDER = Comparator.comparing(Row::day)
                .thenComparing(Row::domain)
                .thenComparing(Row::record)
                .thenComparing(Row::policy);

        int bind(PreparedStatement statement, int from) throws SQLException {
            statement.setString(from, day);
            statement.setString(from + 1, domain);
            statement.setString(from + 2, record);
            statement.setString(from + 3, policy);
            return from + 4;
        }
    }

    void write(Pending batch) throws IOException {
        LocalDate newest = batch.sums().keySet().stream()
                .map(CountKey::day)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        database.write(c -> {
            if (isNew(c, batch.id, newest)) {
                add(c, batch, newest);
            }
            return true;
        });
    }

    private static boolean isNew(Connection c, String id, LocalDate day) throws SQLException {
        try (PreparedStatement insert =
                c.prepareStatement("INSERT INTO batch (id, day) VALUES (?, ?) ON CONFLICT (id) DO NOTHING")) {
            insert.setString(1, id);
            insert.setString(2, day.toString());
            return insert.executeUpdate() == 1;
        }
    }

    private static void add(Connection c, Pending batch, LocalDate newest) throws SQLException {
        Map<Row, Pending.Sums> rows = new LinkedHashMap<>();
        Map<String, String> policies = new HashMap<>();
        Map<String, String> records = new HashMap<>();
        batch.sums().forEach((key, sums) -> {
            String text = ReportWriter.policyText(key.policy());
            String policy = Digest.of(text);
            policies.put(policy, text);
            String record = key.record().map(Digest::of).orElse("");
            key.record().ifPresent(r -> records.put(record, r));
            rows.put(new Row(key.day().toString(), key.domain(), record, policy), sums);
        });
        texts(c, "policy", newest, policies);
        texts(c, "record", newest, records);
        try (Statements statements = new Statements(c)) {
            for (Row row : rows.keySet().stream().sorted(Row.ORDER).toList()) {
                Pending.Sums sums = rows.getOrDefault(row, new Pending.Sums());
                Row bounded = statements.withinLimit(row, policies.getOrDefault(row.policy(), ""));
                statements.tally(bounded, sums);
                if (!sums.failures.isEmpty()) {
                    statements.failures(bounded, sums.failures);
                }
            }
        }
    }

    /** Texts by their digest, with the last day that they were needed on. */
    private static void texts(Connection c, String table, LocalDate day, Map<String, String> texts)
            throws SQLException {
        try (PreparedStatement insert = c.prepareStatement("INSERT INTO " + table
                + " (digest, text, day) VALUES (?, ?, ?) ON CONFLICT (digest) DO UPDATE SET day = excluded.day WHERE "
                + table + ".day < excluded.day")) {
            for (String digest : new TreeSet<>(texts.keySet())) {
                insert.setString(1, digest);
                insert.setString(2, texts.get(digest));
                insert.setString(3, day.toString());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** The statements of one batch. */
    private static final class Statements implements AutoCloseable {
        private final Connection c;
        private final PreparedStatement addTally;
        private final PreparedStatement newTally;
        private final PreparedStatement policies;
        private final PreparedStatement addFailure;
        private final PreparedStatement newFailure;
        private final PreparedStatement distinct;

        Statements(Connection c) throws SQLException {
            this.c = c;
            addTally = c.prepareStatement("UPDATE tally SET successful = successful + ?, failed = failed + ?" + KEY);
            newTally = c.prepareStatement("INSERT INTO tally (day, domain, record, policy, successful, failed)"
                    + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, domain, record, policy) DO UPDATE SET"
                    + " successful = tally.successful + excluded.successful,"
                    + " failed = tally.failed + excluded.failed");
            policies = c.prepareStatement("SELECT policy FROM tally WHERE day = ? AND domain = ?");
            addFailure = c.prepareStatement("UPDATE failure SET sessions = sessions + ?" + KEY + " AND digest = ?");
            newFailure = c.prepareStatement("INSERT INTO failure (day, domain, record, policy, digest, text, sessions)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (day, domain, record, policy, digest) DO UPDATE SET"
                    + " sessions = failure.sessions + excluded.sessions");
            distinct = c.prepareStatement("SELECT COUNT(*) FROM failure" + KEY);
        }

        /** The row, or the one that stands for all further policies of its domain and day. */
        Row withinLimit(Row row, String policyText) throws SQLException {
            policies.setString(1, row.day());
            policies.setString(2, row.domain());
            int known = 0;
            try (ResultSet found = policies.executeQuery()) {
                while (found.next()) {
                    if (found.getString(1).equals(row.policy())) {
                        return row;
                    }
                    known++;
                }
            }
            if (known < MAX_POLICIES.value()) {
                return row;
            }
            ReportedPolicy policy = CountTables.policy(policyText);
            String text =
                    ReportWriter.policyText(new ReportedPolicy(policy.type(), List.of(), row.domain(), List.of()));
            texts(c, "policy", LocalDate.parse(row.day()), Map.of(Digest.of(text), text));
            return new Row(row.day(), row.domain(), "", Digest.of(text));
        }

        void tally(Row row, Pending.Sums sums) throws SQLException {
            addTally.setLong(1, sums.successful);
            addTally.setLong(2, sums.failed);
            row.bind(addTally, 3);
            if (addTally.executeUpdate() == 0) {
                int next = row.bind(newTally, 1);
                newTally.setLong(next, sums.successful);
                newTally.setLong(next + 1, sums.failed);
                newTally.executeUpdate();
            }
        }

        void failures(Row row, Map<Failure, Long> failures) throws SQLException {
            long room = Others.MAX_DISTINCT.value() - distinct(row);
            Map<String, Failure> sorted = new TreeMap<>();
            failures.keySet().forEach(f -> sorted.put(ReportWriter.failureText(f), f));
            for (Map.Entry<String, Failure> entry : sorted.entrySet()) {
                long sessions = failures.getOrDefault(entry.getValue(), 0L);
                if (!added(row, entry.getKey(), sessions)) {
                    boolean fits = room > 0;
                    String text = fits ? entry.getKey() : ReportWriter.failureText(Others.of(entry.getValue()));
                    insert(row, text, sessions);
                    room--;
                }
            }
        }

        private long distinct(Row row) throws SQLException {
            row.bind(distinct, 1);
            try (ResultSet count = distinct.executeQuery()) {
                return count.next() ? count.getLong(1) : 0;
            }
        }

        private boolean added(Row row, String text, long sessions) throws SQLException {
            addFailure.setLong(1, sessions);
            int next = row.bind(addFailure, 2);
            addFailure.setString(next, Digest.of(text));
            return addFailure.executeUpdate() > 0;
        }

        private void insert(Row row, String text, long sessions) throws SQLException {
            int next = row.bind(newFailure, 1);
            newFailure.setString(next, Digest.of(text));
            newFailure.setString(next + 1, text);
            newFailure.setLong(next + 2, sessions);
            newFailure.executeUpdate();
        }

        @Override
        public void close() throws SQLException {
            for (PreparedStatement s : List.of(addTally, newTally, policies, addFailure, newFailure, distinct)) {
                s.close();
            }
        }
    }

    private static ReportedPolicy policy(String text) {
        try {
            return ReportReader.policy(text);
        } catch (ReportFormatException e) {
            throw new IllegalStateException("a policy that we wrote ourselves can be read: " + e.sentence(), e);
        }
    }

    private static Failure failure(String text) {
        try {
            return ReportReader.failure(text);
        } catch (ReportFormatException e) {
            throw new IllegalStateException("a failure that we wrote ourselves can be read: " + e.sentence(), e);
        }
    }

    Set<LocalDate> days() throws IOException {
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT DISTINCT day FROM tally");
                    ResultSet rows = select.executeQuery()) {
                Set<LocalDate> days = new TreeSet<>();
                while (rows.next()) {
                    days.add(LocalDate.parse(rows.getString(1)));
                }
                return days;
            }
        });
    }

    List<SessionCount> sums(LocalDate day) throws IOException {
        return database.read(c -> {
            Map<Row, List<FailureCount>> failures = failures(c, day);
            // in our own order: databases differ in how they sort texts, and reports shall not
            Map<Row, SessionCount> sums = new TreeMap<>(Row.ORDER);
            try (PreparedStatement select = c.prepareStatement("SELECT t.domain, t.record, r.text, t.policy, p.text,"
                    + " t.successful, t.failed FROM tally t JOIN policy p ON p.digest = t.policy"
                    + " LEFT JOIN record r ON r.digest = t.record WHERE t.day = ?")) {
                select.setString(1, day.toString());
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        Row key = new Row(day.toString(), row.getString(1), row.getString(2), row.getString(4));
                        sums.put(
                                key,
                                new SessionCount(
                                        day,
                                        key.domain(),
                                        Optional.ofNullable(row.getString(3)),
                                        new PolicyResult(
                                                policy(row.getString(5)),
                                                row.getLong(6),
                                                row.getLong(7),
                                                failures.getOrDefault(key, List.of()))));
                    }
                }
            }
            return List.copyOf(sums.values());
        });
    }

    private static Map<Row, List<FailureCount>> failures(Connection c, LocalDate day) throws SQLException {
        Map<Row, List<FailureCount>> failures = new HashMap<>();
        try (PreparedStatement select = c.prepareStatement("SELECT domain, record, policy, text, sessions FROM failure"
                + " WHERE day = ? ORDER BY sessions DESC, digest")) {
            select.setString(1, day.toString());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Row key = new Row(day.toString(), row.getString(1), row.getString(2), row.getString(3));
                    failures.computeIfAbsent(key, k -> new ArrayList<>())
                            .add(new FailureCount(failure(row.getString(4)), row.getLong(5)));
                }
            }
        }
        return failures;
    }

    void forgetBefore(LocalDate day) throws IOException {
        database.write(c -> {
            for (String table : List.of("failure", "tally", "batch", "policy", "record")) {
                try (PreparedStatement delete = c.prepareStatement("DELETE FROM " + table + " WHERE day < ?")) {
                    delete.setString(1, day.toString());
                    delete.executeUpdate();
                }
            }
            return true;
        });
    }
}
