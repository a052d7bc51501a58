package org.hikyaku.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.render.HtmlReport;
import org.hikyaku.check.render.JunitReport;
import org.hikyaku.check.render.MarkdownReport;
import org.hikyaku.check.render.SarifReport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The files that {@code check} writes its report into, besides what it prints. */
final class ReportFiles {
    private static final String STANDARD_OUTPUT = "-";

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description = "Write the report as one page with everything in it; - prints it instead of the report.")
    private @Nullable String html;

    @Option(
            names = "--junit",
            paramLabel = "FILE",
            description = "Write the findings as JUnit's XML; - prints it instead of the report.")
    private @Nullable String junit;

    @Option(
            names = "--sarif",
            paramLabel = "FILE",
            description = "Write the findings as SARIF 2.1.0; - prints it instead of the report.")
    private @Nullable String sarif;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "Write the report as Markdown; - prints it instead of the report.")
    private @Nullable String markdown;

    /** Refuses what cannot come to a good end, before the work is done: two prints, a folder that is not there. */
    void check(boolean jsonPrinted) {
        long prints = Stream.of(html, junit, sarif, markdown)
                .filter(STANDARD_OUTPUT::equals)
                .count();
        if (prints + (jsonPrinted ? 1 : 0) > 1) {
            throw new UsageException("Only one report can go to standard output; give the others a file.");
        }
        targets("").forEach((file, _) -> {
            if (file.equals(STANDARD_OUTPUT)) {
                return;
            }
            Path folder = path(file).toAbsolutePath().getParent();
            if (file.isEmpty() || folder == null || Files.isDirectory(path(file))) {
                throw new UsageException("\"" + file + "\" is not the name of a file");
            }
            if (!Files.isDirectory(folder)) {
                throw new UsageException(file + " cannot be written: the folder does not exist");
            }
            if (!Files.isWritable(folder)) {
                throw new UsageException(file + " cannot be written: permission denied");
            }
        });
    }

    /** Whether one of them takes the place of the report on standard output. */
    boolean print() {
        return Stream.of(html, junit, sarif, markdown).anyMatch(STANDARD_OUTPUT::equals);
    }

    void write(GatedReport report, Terminal terminal) {
        targets(ProductVersion.number()).forEach((file, renderer) -> {
            String text = renderer.apply(report);
            if (file.equals(STANDARD_OUTPUT)) {
                terminal.out().print(text);
                terminal.out().flush();
            } else {
                replace(path(file), text);
            }
        });
    }

    private Map<String, Function<GatedReport, String>> targets(String version) {
        Map<String, Function<GatedReport, String>> targets = new LinkedHashMap<>();
        put(targets, html, report -> HtmlReport.of(report.report()));
        put(targets, junit, JunitReport::of);
        put(targets, sarif, report -> indented(report, version));
        put(targets, markdown, report -> MarkdownReport.of(report.report()));
        return targets;
    }

    private static void put(
            Map<String, Function<GatedReport, String>> targets,
            @Nullable String file,
            Function<GatedReport, String> renderer) {
        if (file != null && targets.put(file, renderer) != null) {
            throw new UsageException("Two reports cannot go to the same place, " + file + ".");
        }
    }

    private static String indented(GatedReport report, String version) {
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(SarifReport.of(report, version))
                + "\n";
    }

    private static Path path(String file) {
        try {
            return Path.of(file);
        } catch (java.nio.file.InvalidPathException e) {
            throw new UsageException("\"" + file + "\" is not the name of a file: " + e.getReason(), e);
        }
    }

    /** As a whole or not at all: whoever reads the file meanwhile sees the old one. */
    private static void replace(Path file, String text) {
        try {
            Path target = file.toAbsolutePath();
            Path fresh = target.resolveSibling(target.getFileName() + ".tmp");
            Files.writeString(fresh, text, StandardCharsets.UTF_8);
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UsageException(file + " cannot be written: " + FileTrouble.why(e), e);
        }
    }
}
