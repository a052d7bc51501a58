package org.hikyaku.relay.receive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.sasl.ScramKeys;

/**
 * The file of users. One a line: the name, a colon, and SCRAM's keys as RFC 5803 section 2 writes them. {@code #} begins a
 * comment.
 *
 * <pre>
 * rosa@example.jp:SCRAM-SHA-256$10000:BASE64(salt)$BASE64(StoredKey):BASE64(ServerKey)
 * </pre>
 */
public final class UserFile {
    static final Limit SIZE = new Limit("bytes in a file of users", 64L << 20);

    private static final String SCHEME = "SCRAM-SHA-256";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Map<String, ScramKeys> users;

    private UserFile(Map<String, ScramKeys> users) {
        this.users = new TreeMap<>(users);
    }

    static UserFile empty() {
        return new UserFile(Map.of());
    }

    /**
     * Reads a file.
     *
     * @throws IOException says which line is wrong and why
     */
    public static UserFile read(Path file) throws IOException {
        if (Files.size(file) > SIZE.value()) {
            throw new IOException(file + " has more than the limit of " + SIZE.value() + " " + SIZE.name());
        }
        Map<String, ScramKeys> users = new TreeMap<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            // Never the line itself: who edits this file by hand may have put a password there.
            String where = file + ", line " + (i + 1) + ": ";
            int keysAt = line.indexOf(":" + SCHEME + "$");
            if (keysAt < 1) {
                throw new IOException(where + "this is no user; a line is NAME:" + SCHEME
                        + "$ITERATIONS:SALT$STOREDKEY:SERVERKEY, and 'hikyaku user add' writes it");
            }
            String name = line.substring(0, keysAt);
            if (users.containsKey(name)) {
                throw new IOException(where + "the user " + name + " stands here a second time");
            }
            users.put(name, keys(line.substring(keysAt + 1), where));
        }
        return new UserFile(users);
    }

    private static ScramKeys keys(String text, String where) throws IOException {
        String[] parts = text.substring(SCHEME.length() + 1).split("[:$]", -1);
        try {
            if (parts.length == 4) {
                Base64.Decoder base64 = Base64.getDecoder();
                return new ScramKeys(
                        base64.decode(parts[1]),
                        Integer.parseInt(parts[0]),
                        base64.decode(parts[2]),
                        base64.decode(parts[3]));
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(where + "the keys cannot be read; 'hikyaku user passwd' makes new ones", e);
        }
        throw new IOException(where + "the keys have not all their parts; 'hikyaku user passwd' makes new ones");
    }

    Optional<ScramKeys> keys(String user) {
        return Optional.ofNullable(users.get(user));
    }

    /** In alphabetical order. */
    public List<String> names() {
        return List.copyOf(users.keySet());
    }

    public boolean has(String user) {
        return users.containsKey(user);
    }

    /** The same with one user more, or with other keys for one. */
    public UserFile with(String user, ScramKeys keys) {
        Map<String, ScramKeys> all = new TreeMap<>(users);
        all.put(user, keys);
        return new UserFile(all);
    }

    public UserFile without(String user) {
        Map<String, ScramKeys> all = new TreeMap<>(users);
        all.remove(user);
        return new UserFile(all);
    }

    /** Why this cannot be a user's name; empty when it can. */
    public static Optional<String> objection(String name) {
        if (name.isEmpty() || name.length() > 255) {
            return Optional.of("a user's name has 1 to 255 characters");
        }
        if (name.startsWith("#") || !name.strip().equals(name)) {
            return Optional.of("a user's name does not begin with # and has no blanks around it");
        }
        if (name.chars().anyMatch(c -> c <= ' ' || c == 0x7F || c == ':')) {
            return Optional.of("a user's name has no blank, no colon and no control character in it");
        }
        return Optional.empty();
    }

    /**
     * Changes a file that others may be changing or reading at the same time: one change goes in behind the other, and a reader
     * sees the file as it was before or as it is after. The file belongs to its owner alone.
     */
    public static void change(Path file, UnaryOperator<UserFile> change) throws IOException {
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElseThrow();
        Path lockFile = folder.resolve("." + file.getFileName() + ".lock");
        try (FileChannel lock = FileChannel.open(
                        lockFile,
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(OWNER_ONLY));
                FileLock held = lock.lock()) {
            if (!held.isValid()) {
                throw new IOException(lockFile + " cannot be locked");
            }
            UserFile before;
            try {
                before = read(file);
            } catch (NoSuchFileException e) {
                before = empty();
            }
            change.apply(before).write(file, folder);
        }
    }

    private void write(Path file, Path folder) throws IOException {
        Path fresh = folder.resolve("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
            ByteBuffer bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                var _ = out.write(bytes);
            }
            out.force(true);
        }
        if (Files.exists(file)) {
            keepOwner(file, fresh);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** An administrator who changes the relay's file leaves it the relay's. */
    private static void keepOwner(Path file, Path fresh) throws IOException {
        if (!Files.getOwner(fresh).equals(Files.getOwner(file))) {
            Files.setOwner(fresh, Files.getOwner(file));
        }
    }

    private String text() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "# Users of the relay; 'hikyaku user' writes this file. No passwords are in it, only SCRAM keys (RFC 5803).");
        Base64.Encoder base64 = Base64.getEncoder();
        users.forEach((name, keys) -> lines.add(name + ":" + SCHEME + "$" + keys.iterations() + ":"
                + base64.encodeToString(keys.salt()) + "$" + base64.encodeToString(keys.storedKey()) + ":"
                + base64.encodeToString(keys.serverKey())));
        return String.join("\n", lines) + "\n";
    }
}
