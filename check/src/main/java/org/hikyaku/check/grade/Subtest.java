package org.hikyaku.check.grade;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The grade of one thing that a server does.
 *
 * @param id stable, such as {@code ciphers}
 * @param outcome what the profile's scheme knows it by: mostly the grade
 * @param values what gave the grade: the offending values when it is not good
 * @param sentence what was seen, for people
 * @param points by the profile's scheme; empty when it has none or the subtest does not count
 * @param mend settings that mend it by software ({@code postfix}, {@code exim} with OpenSSL, {@code exim-gnutls} as Debian
 *     has it, {@code stalwart}, {@code nginx}); empty when nothing needs mending. Lines that begin with # are for people
 */
public record Subtest(
        String id,
        String title,
        Grade grade,
        String outcome,
        List<String> values,
        String sentence,
        Optional<Integer> points,
        Map<String, List<String>> mend) {
    /** The outcome of what has no meaning at this server: TLS 1.2's features without TLS 1.2. */
    static final String NOT_APPLICABLE = "not_applicable";

    public Subtest {
        values = List.copyOf(values);
        // In the order of the data file.
        mend = Collections.unmodifiableMap(new LinkedHashMap<>(mend));
    }
}
