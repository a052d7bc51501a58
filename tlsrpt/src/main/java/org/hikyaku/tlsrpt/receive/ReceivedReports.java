package org.hikyaku.tlsrpt.receive;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportFormatException;
import org.hikyaku.tlsrpt.ReportReader;
import org.hikyaku.tlsrpt.store.Database;
import org.hikyaku.tlsrpt.store.Digest;

/** Reports that were taken in, as they came. */
public final class ReceivedReports {
    private final Database database;

    public ReceivedReports(Database database) {
        this.database = database;
    }

    /** @param isNew false when it was there already */
    record Placed(String id, boolean isNew) {}

    /**
     * A policy of a report, with what became of its sessions.
     *
     * @param domain which of our domains it is about
     */
    public record Result(ReceivedReport report, String domain, PolicyResult result) {}

    /**
     * Keeps a report, once (T20).
     *
     * @param ours the domain of ours for each policy that is kept, by its place in the report
     */
    Placed put(Report report, byte[] raw, Via via, Optional<String> signer, Map<Integer, String> ours, Instant now)
            throws IOException {
        String same = Digest.of(String.join(
                "\n",
                report.organization().orElse(""),
                report.contact().orElse(""),
                report.period().start().toString(),
                report.id().orElseGet(() -> Digest.of(raw))));
        // whoever posts a forged report first must not keep the signed one out
        String id = Digest.of(same + "\n" + signer.orElse(""));
        ReceivedReport received = new ReceivedReport(id, now, via, signer, report);
        return database.write(c -> {
            Optional<String> there = there(c, same, id, signer.isPresent());
            if (there.isPresent()) {
                return new Placed(there.get(), false);
            }
            insert(c, received, same, raw);
            results(c, received, ours);
            return new Placed(id, true);
        });
    }

    /** The same report, when it is there; an unsigned copy makes room for a signed one. */
    private static Optional<String> there(Connection c, String same, String id, boolean signed) throws SQLException {
        try (PreparedStatement select = c.prepareStatement("SELECT id, signer FROM received WHERE same = ?")) {
            select.setString(1, same);
            List<String> unsigned = new ArrayList<>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (row.getString(1).equals(id) || !signed) {
                        return Optional.of(row.getString(1));
                    }
                    if (row.getString(2).isEmpty()) {
                        unsigned.add(row.getString(1));
                    }
                }
            }
            for (String copy : unsigned) {
                remove(c, copy);
            }
            return Optional.empty();
        }
    }

    private static void remove(Connection c, String id) throws SQLException {
        for (String sql : List.of("DELETE FROM result WHERE report = ?", "DELETE FROM received WHERE id = ?")) {
            try (PreparedStatement delete = c.prepareStatement(sql)) {
                delete.setString(1, id);
                delete.executeUpdate();
            }
        }
    }

    private static void insert(Connection c, ReceivedReport r, String same, byte[] raw) throws SQLException {
        try (PreparedStatement insert = c.prepareStatement("INSERT INTO received (id, same, day, received, via, signer,"
                + " sender, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, r.id());
            insert.setString(2, same);
            insert.setString(3, r.report().period().day().toString());
            insert.setLong(4, r.received().getEpochSecond());
            insert.setString(5, r.via().token());
            insert.setString(6, r.signer().orElse(""));
            insert.setString(7, r.sender().replace('\0', '?'));
            insert.setBytes(8, raw);
            insert.executeUpdate();
        }
    }

    private static void results(Connection c, ReceivedReport r, Map<Integer, String> ours) throws SQLException {
        try (PreparedStatement insert = c.prepareStatement(
                "INSERT INTO result (report, place, day, domain, successful, failed) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Map.Entry<Integer, String> place : ours.entrySet()) {
                PolicyResult result = r.report().policies().get(place.getKey());
                insert.setString(1, r.id());
                insert.setLong(2, place.getKey());
                insert.setString(3, r.report().period().day().toString());
                insert.setString(4, place.getValue().replace('\0', '?'));
                insert.setLong(5, result.successful());
                insert.setLong(6, result.failed());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** How many reports came since then. */
    long receivedSince(Instant then) throws IOException {
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT COUNT(*) FROM received WHERE received >= ?")) {
                select.setLong(1, then.getEpochSecond());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? row.getLong(1) : 0L;
                }
            }
        });
    }

    /** A report as it came, by the id or its beginning of 12 characters or more. */
    public Optional<byte[]> raw(String id) throws IOException {
        if (id.length() < 12 || !id.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            return Optional.empty();
        }
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT raw FROM received WHERE id LIKE ?")) {
                select.setString(1, id + "%");
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? Optional.of(row.getBytes(1)) : Optional.<byte[]>empty();
                }
            }
        });
    }

    /** The domains that there are reports about, in order. */
    public List<String> domains() throws IOException {
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT DISTINCT domain FROM result ORDER BY domain");
                    ResultSet row = select.executeQuery()) {
                List<String> domains = new ArrayList<>();
                while (row.next()) {
                    domains.add(row.getString(1));
                }
                return domains;
            }
        });
    }

    /** The last day that there is a report about. */
    public Optional<LocalDate> lastDay() throws IOException {
        return database.read(c -> {
            try (PreparedStatement select = c.prepareStatement("SELECT MAX(day) FROM result");
                    ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.ofNullable(row.getString(1)).map(LocalDate::parse) : Optional.empty();
            }
        });
    }

    /**
     * What reports say about these days, both included, in the order of day and domain.
     *
     * @param domain one of ours; empty for all
     */
    public List<Result> results(LocalDate from, LocalDate to, Optional<String> domain) throws IOException {
        return database.read(c -> {
            List<Result> results = new ArrayList<>();
            Map<String, ReceivedReport> reports = new HashMap<>();
            try (PreparedStatement select = c.prepareStatement("SELECT s.report, s.place, s.domain FROM result s"
                    + " WHERE s.day >= ? AND s.day <= ?" + (domain.isPresent() ? " AND s.domain = ?" : "")
                    + " ORDER BY s.day, s.domain, s.report, s.place")) {
                select.setString(1, from.toString());
                select.setString(2, to.toString());
                if (domain.isPresent()) {
                    select.setString(3, domain.get());
                }
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        String id = row.getString(1);
                        ReceivedReport report = reports.get(id);
                        if (report == null) {
                            report = report(c, id);
                            reports.put(id, report);
                        }
                        results.add(new Result(
                                report,
                                row.getString(3),
                                report.report().policies().get((int) row.getLong(2))));
                    }
                }
            }
            return results;
        });
    }

    private static ReceivedReport report(Connection c, String id) throws SQLException {
        try (PreparedStatement select =
                c.prepareStatement("SELECT received, via, signer, raw FROM received WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("the report " + id + " is not there");
                }
                String via = row.getString(2);
                return new ReceivedReport(
                        id,
                        Instant.ofEpochSecond(row.getLong(1)),
                        Arrays.stream(Via.values())
                                .filter(v -> v.token().equals(via))
                                .findFirst()
                                .orElseThrow(() -> new SQLException("no such way of a report: " + via)),
                        Optional.of(row.getString(3)).filter(s -> !s.isEmpty()),
                        ReportReader.read(row.getBytes(4)));
            } catch (ReportFormatException e) {
                throw new SQLException("the report " + id + " was read when it came and cannot be read now", e);
            }
        }
    }

    /** Forgets reports about days before this one. */
    public void forgetBefore(LocalDate day) throws IOException {
        database.write(c -> {
            for (String table : List.of("result", "received")) {
                try (PreparedStatement delete = c.prepareStatement("DELETE FROM " + table + " WHERE day < ?")) {
                    delete.setString(1, day.toString());
                    delete.executeUpdate();
                }
            }
            return true;
        });
    }
}
