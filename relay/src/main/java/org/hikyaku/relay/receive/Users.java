package org.hikyaku.relay.receive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.hikyaku.smtp.sasl.Accounts;
import org.hikyaku.smtp.sasl.ScramKeys;

/** The users of a file, read again when somebody says so. Safe for use by many threads. */
public final class Users implements Accounts {
    private final Optional<Path> file;

    /** Replaced as a whole by {@link #reload}; read by every login. */
    private volatile UserFile now;

    private Users(Optional<Path> file, UserFile now) {
        this.file = file;
        this.now = now;
    }

    /** Nobody. */
    public static Users none() {
        return new Users(Optional.empty(), UserFile.empty());
    }

    /** @throws IOException with a sentence, when the file cannot be read or is not what it must be */
    public static Users of(Path file) throws IOException {
        return new Users(Optional.of(file), UserFile.read(file));
    }

    /** Reads the file again; when that fails everything stays as it was. */
    public void reload() throws IOException {
        if (file.isPresent()) {
            now = UserFile.read(file.get());
        }
    }

    @Override
    public Optional<ScramKeys> keys(String user) {
        return now.keys(user);
    }

    /** How many there are. */
    public int count() {
        return now.names().size();
    }
}
