package org.hikyaku.check.grade;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.grade.Scheme.Category;
import org.hikyaku.check.grade.Scheme.Rule;
import org.hikyaku.tls.probe.ServerFacts;

/**
 * A mail domain's grade by one profile.
 *
 * @param categories where points are made; empty for profiles without points
 * @param servers every address that was probed
 * @param percent the total; empty for profiles without points, and when nothing could be tested
 * @param notes what the figures leave out and why, sentences
 */
public record DomainGrade(
        Profile profile,
        List<CategoryGrade> categories,
        List<ServerGrade> servers,
        Optional<Integer> percent,
        List<String> notes) {
    public DomainGrade {
        categories = List.copyOf(categories);
        servers = List.copyOf(servers);
        notes = List.copyOf(notes);
    }

    /**
     * @param points what the worst server has
     * @param most what can be had; 0 leaves the category out of the total
     * @param percent rounded down; empty when the category is left out
     */
    public record CategoryGrade(
            Category category,
            Status status,
            int points,
            int most,
            Optional<Integer> percent,
            List<SubtestGrade> subtests) {
        public CategoryGrade {
            subtests = List.copyOf(subtests);
        }
    }

    /**
     * @param status the worst of all servers
     * @param counts whether it is part of what can be had
     * @param values the offending ones
     * @param sentences what was seen at the servers that have this status
     */
    public record SubtestGrade(Rule rule, Status status, boolean counts, List<String> values, List<String> sentences) {
        public SubtestGrade {
            values = List.copyOf(values);
            sentences = List.copyOf(sentences);
        }
    }

    /** One address of one mail server. */
    public record ServerGrade(String host, InetSocketAddress address, ServerFacts facts, GradeReport report) {}

    /** {@code 62 %  as internet.nl scores (NCSC 2025-05)}; the worst grade where there are no points. */
    public String headline() {
        String result = profile.scheme().isEmpty()
                ? overall().token().replace('_', ' ')
                : percent.map(p -> p + " %").orElse("not tested");
        return result + "  as " + profile.title();
    }

    /** The worst grade of all that was tested at the servers. */
    public Grade overall() {
        return servers.stream().map(s -> s.report().overall()).reduce(Grade.NOT_TESTED, Grade::worse);
    }
}
