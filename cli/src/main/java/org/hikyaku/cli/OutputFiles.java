package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.hikyaku.capture.file.OwnerOnlyFile;

/** Sees to it that what is written does not destroy what is read, nor each other, before anything is opened. */
final class OutputFiles implements Closeable {
    private final Map<Path, String> inputs = new LinkedHashMap<>();
    private final Map<Path, String> outputs = new LinkedHashMap<>();
    private final Set<Path> made = new LinkedHashSet<>();

    /** @param title as {@code the capture} */
    OutputFiles read(String title, Path file) {
        inputs.put(file, title);
        return this;
    }

    /**
     * Refuses a file that is read, or that another option writes.
     *
     * @param option as {@code --html}
     */
    OutputFiles write(String option, Path file) {
        for (Map.Entry<Path, String> input : inputs.entrySet()) {
            if (same(file, input.getKey())) {
                throw new UsageException(
                        option + " would overwrite " + input.getValue() + " that is read: give it another name");
            }
        }
        for (Map.Entry<Path, String> output : outputs.entrySet()) {
            if (same(file, output.getKey())) {
                throw new UsageException(output.getValue() + " and " + option + " both write " + file
                        + ": give one of them another name");
            }
        }
        outputs.put(file, option);
        return this;
    }

    /**
     * Makes sure, before hours of work, that a file can be made which is written at the end. What stands in it stays until then.
     */
    void tryOut(Path file) throws IOException {
        if (!Files.exists(file)) {
            OwnerOnlyFile.create(file).close();
            made.add(file.toRealPath());
        } else if (Files.isRegularFile(file)) { // whoever reads a pipe must not see it end
            Files.newByteChannel(file, StandardOpenOption.WRITE).close();
        } else if (Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "Is a directory");
        }
    }

    /** It is written now: what was tried out is a result from here on. */
    void written(Path file) throws IOException {
        made.remove(place(file));
    }

    /** Removes what was made to try it out, and was never written. */
    @Override
    public void close() throws IOException {
        for (Path file : made) {
            Files.deleteIfExists(file);
        }
    }

    /** Pipes and devices take what several write. */
    private static boolean same(Path a, Path b) {
        try {
            return place(a).equals(place(b))
                    ? !Files.exists(a) || Files.isRegularFile(a)
                    : Files.isRegularFile(a) && Files.isRegularFile(b) && Files.isSameFile(a, b);
        } catch (IOException e) {
            return false; // it will be said when it is opened
        }
    }

    /** Where a file is or would be made, whatever links lead there; {@code ..} behind a link is the folder that it leads to's. */
    private static Path place(Path file) throws IOException {
        try {
            return file.toRealPath();
        } catch (NoSuchFileException e) {
            if (Files.isSymbolicLink(file)) { // what is written comes to be where it leads
                return place(file.resolveSibling(Files.readSymbolicLink(file)));
            }
            Path absolute = file.toAbsolutePath();
            Path folder = absolute.getParent();
            return folder == null ? absolute : place(folder).resolve(absolute.getName(absolute.getNameCount() - 1));
        }
    }
}
