package org.hikyaku.relay.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** What one reading of a file has gathered: faults, which settings were asked for, and where each one stands. */
final class Reading {
    private final String file;
    private final Path folder;
    private final List<ConfigFault> faults = new ArrayList<>();
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private final Map<String, Node> places = new LinkedHashMap<>();

    /**
     * @param file the file as it was named
     * @param folder where relative paths begin
     */
    Reading(String file, Path folder) {
        this.file = file;
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    void fault(Node at, String sentence) {
        faults.add(new ConfigFault(file, line(at), column(at), sentence));
    }

    void fault(int line, int column, String sentence) {
        faults.add(new ConfigFault(file, line, column, sentence));
    }

    void know(Setting setting) {
        settings.putIfAbsent(setting.path(), setting);
    }

    void stands(String path, Node at) {
        places.put(path, at);
    }

    List<Setting> settings() {
        return List.copyOf(settings.values());
    }

    /** {@code file:line} of a setting that is written, else the file alone. */
    String place(String path) {
        return Optional.ofNullable(places.get(path))
                .map(node -> file + ":" + line(node))
                .orElse(file);
    }

    void throwFaults() throws ConfigException {
        if (!faults.isEmpty()) {
            faults.sort(Comparator.comparingInt(ConfigFault::line).thenComparingInt(ConfigFault::column));
            throw new ConfigException(faults);
        }
    }

    private static int line(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static int column(Node node) {
        return node.getStartMark().map(Mark::getColumn).orElse(0) + 1;
    }
}
