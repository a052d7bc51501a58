package org.hikyaku.tlsrpt.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * A database: a file (SQLite), or a PostgreSQL that several processes share. One connection for writing and one for
 * reading, made when first needed and made anew when lost. For use by many threads.
 */
public final class Database implements Closeable {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final int BUSY_MILLIS = 15_000;

    /** Work on a connection within one transaction. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Connection connection) throws SQLException;
    }

    private final Dialect dialect;
    private final String url;
    private final String shown;
    private final Lane writing = new Lane(false);
    private final Lane reading = new Lane(true);

    private Database(Dialect dialect, String url, String shown) {
        this.dialect = dialect;
        this.url = url;
        this.shown = shown;
    }

    /**
     * Opens a database and brings its tables up to date.
     *
     * @param where a file, which is made when it is not there, or a URL {@code jdbc:postgresql://HOST/NAME?user=NAME}; a
     *     password comes better from {@code ~/.pgpass} than from the URL
     * @throws IOException when it cannot be used; no URL is repeated with what may be a password in it
     */
    public static Database open(String where) throws IOException {
        Database database;
        if (isUrl(where)) {
            Optional<String> objection = objection(where);
            if (objection.isPresent()) {
                throw new IOException(objection.get());
            }
            database = new Database(Dialect.POSTGRESQL, where, beforeQuery(where));
        } else {
            Path file = Path.of(where).toAbsolutePath();
            if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
            database = new Database(Dialect.SQLITE, "jdbc:sqlite:" + file, file.toString());
        }
        try {
            database.write(c -> {
                Migrations.run(c, database.dialect);
                return true;
            });
        } catch (IOException e) {
            database.close();
            throw e;
        }
        return database;
    }

    /** Whether this is the URL of a database and no file's name; a URL may have a password in it. */
    public static boolean isUrl(String where) {
        return where.startsWith("jdbc:") || where.contains("://");
    }

    /** Why this can be no place for a database, without a look at it and without repeating it; empty when it can. */
    public static Optional<String> objection(String where) {
        if (!isUrl(where)) {
            return Optional.empty();
        }
        if (!where.startsWith(POSTGRESQL)) {
            return Optional.of("it is neither a file nor a URL that begins with jdbc:postgresql://");
        }
        return beforeQuery(where).indexOf('@') >= 0
                ? Optional.of("a user and a password do not stand before the host: write"
                        + " jdbc:postgresql://HOST/NAME?user=NAME, and the password into ~/.pgpass")
                : Optional.empty();
    }

    /** What stands behind the question mark may be a password. */
    private static String beforeQuery(String url) {
        int query = url.indexOf('?');
        return query < 0 ? url : url.substring(0, query);
    }

    /** Opens a SQLite file. */
    public static Database open(Path file) throws IOException {
        return open(file.toString());
    }

    /** Where it is, without secrets. */
    public String shown() {
        return shown;
    }

    /** Changes something: all of it or nothing, and durable on return. */
    public <T> T write(Work<T> work) throws IOException {
        return writing.run(work);
    }

    /** Reads, beside a writer. */
    public <T> T read(Work<T> work) throws IOException {
        return reading.run(work);
    }

    @Override
    public void close() {
        writing.close();
        reading.close();
    }

    private Connection connect(boolean reads) throws SQLException {
        return switch (dialect) {
            case POSTGRESQL -> {
                Properties properties = new Properties();
                properties.setProperty("connectTimeout", "10"); // seconds
                properties.setProperty("socketTimeout", "60"); // seconds
                properties.setProperty("ApplicationName", "hikyaku");
                yield DriverManager.getConnection(url, properties);
            }
            case SQLITE -> {
                SQLiteConfig config = new SQLiteConfig();
                config.setJournalMode(SQLiteConfig.JournalMode.WAL);
                // a commit is on the disk when it returns, also after a power cut
                config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
                config.setBusyTimeout(BUSY_MILLIS);
                // or two processes that both read first and write then would lock each other out
                config.setTransactionMode(
                        reads ? SQLiteConfig.TransactionMode.DEFERRED : SQLiteConfig.TransactionMode.IMMEDIATE);
                yield config.createConnection(url);
            }
        };
    }

    /** One connection and who may use it now. */
    private final class Lane {
        private final ReentrantLock lock = new ReentrantLock();
        private final boolean reads;
        private @Nullable Connection connection;
        private boolean closed;

        Lane(boolean reads) {
            this.reads = reads;
        }

        <T> T run(Work<T> work) throws IOException {
            lock.lock();
            try {
                if (closed) {
                    throw new IOException("the database " + shown + " is closed");
                }
                Connection c = open();
                c.setAutoCommit(false);
                T result = work.run(c);
                // commits; with commit() alone SQLite's driver begins, and locks, anew at once
                c.setAutoCommit(true);
                return result;
            } catch (SQLException e) {
                abandon(e);
                throw new IOException(
                        "the database " + shown + " cannot be " + (reads ? "read" : "written") + ": "
                                + Optional.ofNullable(e.getMessage())
                                        .orElse(e.toString())
                                        .replace(url, shown) // the driver repeats one that it cannot read
                                        .strip(),
                        e);
            } catch (RuntimeException e) {
                abandon(e);
                throw e;
            } finally {
                lock.unlock();
            }
        }

        private Connection open() throws SQLException {
            Connection c = connection;
            if (c == null) {
                c = connect(reads);
                connection = c;
            }
            return c;
        }

        /** The next use makes a new connection: after an error nobody knows what this one is good for. */
        private void abandon(Exception why) {
            Connection c = connection;
            connection = null;
            if (c != null) {
                try (c) {
                    if (!c.getAutoCommit()) {
                        c.rollback();
                    }
                } catch (SQLException e) {
                    why.addSuppressed(e);
                }
            }
        }

        void close() {
            lock.lock();
            try {
                closed = true;
                Connection c = connection;
                connection = null;
                if (c != null) {
                    c.close();
                }
            } catch (SQLException e) {
                // everything that was to be kept has been committed
                return;
            } finally {
                lock.unlock();
            }
        }
    }
}
