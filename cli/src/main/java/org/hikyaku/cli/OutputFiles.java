package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Files that are written: none destroys what is read, nor another of them, and none takes its place before all is done.
 */
final class OutputFiles implements Closeable {
    private final Map<Path, String> inputs = new LinkedHashMap<>();
    private final Map<Path, String> outputs = new LinkedHashMap<>();
    /** Asked for by the thread that ends the process, too. */
    private final List<PendingFile> results = new CopyOnWriteArrayList<>();

    private final List<Path> scratch = new CopyOnWriteArrayList<>();

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

    /** Makes sure, before hours of work, that a file can be written. What stands in it stays until all is {@linkplain #commit done}. */
    PendingFile open(Path file) throws IOException {
        PendingFile made = PendingFile.of(file, place(file));
        results.add(made);
        return made;
    }

    /** A file for what is needed until the result can be written: beside it, or elsewhere where that is a pipe or device. */
    Path scratch(Path result) throws IOException {
        Path made = Files.exists(result) && !Files.isRegularFile(result)
                ? PendingFile.newFileElsewhere()
                : PendingFile.newFileBeside(place(result));
        scratch.add(made);
        return made;
    }

    /** All is written and closed: results take their places. */
    void commit() throws IOException {
        for (PendingFile result : results) {
            result.commit();
        }
    }

    /** Bytes written to results so far. */
    long written() {
        return results.stream().mapToLong(PendingFile::written).sum();
    }

    /** Removes what is no result. */
    @Override
    public void close() throws IOException {
        for (PendingFile result : results) {
            result.close();
        }
        for (Path file : scratch) {
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
