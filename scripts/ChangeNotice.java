import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** What a changed jar says of its changes (Apache License 2.0, section 4(b)). */
class ChangeNotice {
    static final String ENTRY = "META-INF/CHANGED-BY-HIKYAKU.txt";

    private ChangeNotice() {}

    /** Writes the notice as an entry: the lines that the jar has already, and this one. */
    static void write(ZipFile before, ZipOutputStream out, String change) throws IOException {
        out.putNextEntry(new ZipEntry(ENTRY));
        ZipEntry earlier = before.getEntry(ENTRY);
        out.write(earlier == null
                ? "This is not the jar as its authors made it. The project Hikyaku changed it:\n".getBytes(StandardCharsets.UTF_8)
                : before.getInputStream(earlier).readAllBytes());
        out.write(("- " + change + "\n").getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
    }
}
