package org.hikyaku.smtp;

import java.util.Optional;

/**
 * An enhanced status code (RFC 3463), as in {@code 5.7.1}.
 *
 * @param category 2, 4 or 5
 * @param subject 0 to 999
 * @param detail 0 to 999
 */
public record EnhancedStatus(int category, int subject, int detail) {

    /** The code at the beginning of a reply's text (RFC 2034 section 4), when there is one that goes with the reply's code. */
    static Optional<EnhancedStatus> of(int code, String text) {
        int end = text.indexOf(' ');
        String[] parts = (end < 0 ? text : text.substring(0, end)).split("\\.", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        int category = number(parts[0]);
        int subject = number(parts[1]);
        int detail = number(parts[2]);
        // RFC 2034 section 4: the class must be that of the reply code; there is none for 3yz.
        boolean good = category == code / 100 && category != 3 && subject >= 0 && detail >= 0;
        return good ? Optional.of(new EnhancedStatus(category, subject, detail)) : Optional.empty();
    }

    private static int number(String digits) {
        boolean good =
                !digits.isEmpty() && digits.length() <= 3 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return good ? Integer.parseInt(digits) : -1;
    }

    @Override
    public String toString() {
        return category + "." + subject + "." + detail;
    }
}
