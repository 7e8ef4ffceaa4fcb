package dev.tollgate.check;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What is read of a folder, what is passed over, and what is said about it. */
class RouteFolderTest {

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    @ParameterizedTest
    @ValueSource(strings = {"a.yaml", "a.yml", "a.camel.yaml", "a.kamelet.yaml", "a.b.c.yaml", "below/it/a.yaml"})
    void everyNameOfCamelsLoaderIsRead(String name) throws IOException {
        write(name, "[]");

        assertThat(read().files()).extracting(RouteFile::name).containsExactly(folder.resolve(name).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {".a.yaml", ".git/a.yaml", ".#a.yaml", "..2026/a.yaml"})
    void namesThatBeginWithADotArePassedOver(String name) throws IOException {
        write(name, "[]");

        assertThat(read()).isEqualTo(new RouteFolder(List.of(), List.of(), List.of(), Map.of()));
    }

    @ParameterizedTest
    @CsvSource({"a.xml, only YAML is", "A.java, only YAML is", "a.groovy, only YAML is", "a.yaml.bak, because of its name",
        "a.yaml~, because of its name", "a.YAML, because of its name"})
    void whatLooksLikeRoutesAndIsNotLoadedIsSaid(String name, String why) throws IOException {
        write(name, "x");

        assertThat(read().ignored()).singleElement().asString().contains(name).contains(why);
    }

    @Test
    void aFileThatIsNotUtf8IsAFinding() throws IOException {
        Files.write(folder.resolve("a.yaml"), "- ü".getBytes(StandardCharsets.ISO_8859_1));

        expect("a.yaml", "no text in UTF-8");
    }

    @Test
    void aLinkToNowhereIsAFinding() throws IOException {
        Files.createSymbolicLink(folder.resolve("a.yaml"), elsewhere.resolve("gone.yaml"));

        expect("a.yaml", "a link to a file that is not there");
    }

    @Test
    void emacsLocksAFileByALinkToNowhere() throws IOException {
        write("a.yaml", "[]");
        Files.createSymbolicLink(folder.resolve(".#a.yaml"), Path.of("ana@host.4711"));

        assertThat(read().problems()).isEmpty();
    }

    @Test
    void aLinkThatLeadsBackIsAFinding() throws IOException {
        Files.createSymbolicLink(folder.resolve("again"), folder);

        expect("again", "leads back");
    }

    @Test
    void aFileThatIsTooLargeIsAFinding() throws IOException {
        Files.write(folder.resolve("a.yaml"), new byte[(int) RouteFolder.LARGEST + 1]);

        expect("a.yaml", "larger than 3 MB");
    }

    @Test
    void aPipeIsAFindingAndHoldsNobodyUp() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", folder.resolve("a.yaml").toString()).start().waitFor()).isZero();

        expect("a.yaml", "no file that can be read to its end");
    }

    @Test
    @DisabledIfSystemProperty(named = "user.name", matches = "root", disabledReason = "root may read everything")
    void aFileAndAFolderThatMayNotBeReadAreFindingsForThemAlone() throws IOException {
        FileAttribute<Set<PosixFilePermission>> nobody = PosixFilePermissions.asFileAttribute(Set.of());
        Files.createFile(folder.resolve("a.yaml"), nobody);
        Files.createDirectory(folder.resolve("below"), nobody);
        write("good.yaml", "[]");

        RouteFolder read = read();
        assertThat(read.problems()).hasSize(2).allMatch(problem -> problem.text().contains("may not read it"))
                .extracting(Finding::file).containsExactly(folder.resolve("a.yaml").toString(), folder.resolve("below").toString());
        assertThat(read.files()).extracting(RouteFile::name).containsExactly(folder.resolve("good.yaml").toString());
    }

    @Test
    void aFolderOfTooManyFilesIsAFinding() throws IOException {
        for (int i = 0; i <= RouteFolder.MOST_FILES; i++) {
            Files.createFile(folder.resolve(i + ".txt"));
        }

        assertThat(read().problems()).singleElement().asString().contains("more than 5000 files");
    }

    @Test
    void linksToFilesAndFoldersAreFollowed() throws IOException {
        Files.writeString(elsewhere.resolve("one.yaml"), "[]");
        Files.createSymbolicLink(folder.resolve("linked"), elsewhere);
        Files.createSymbolicLink(folder.resolve("two.yaml"), elsewhere.resolve("one.yaml"));

        assertThat(read().files()).extracting(RouteFile::name)
                .containsExactly(folder.resolve("linked/one.yaml").toString(), folder.resolve("two.yaml").toString());
    }

    /** As a kubelet mounts and swaps a ConfigMap. */
    @Test
    void aConfigMapIsSwapped() throws IOException {
        write("..first/a.yaml", "one");
        write("..second/a.yaml", "two");
        FileTime same = FileTime.fromMillis(0);
        Files.setLastModifiedTime(folder.resolve("..first/a.yaml"), same);
        Files.setLastModifiedTime(folder.resolve("..second/a.yaml"), same);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..first"));
        Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("..data/a.yaml"));
        String before = stamp();
        assertThat(read().files()).extracting(RouteFile::text).containsExactly("one");

        Files.createSymbolicLink(folder.resolve("..data_tmp"), Path.of("..second"));
        Files.move(folder.resolve("..data_tmp"), folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

        assertThat(stamp()).isNotEqualTo(before);
        assertThat(read().files()).extracting(RouteFile::text).containsExactly("two");
    }

    @Test
    void onlyFilesThatMatterAreLookedAt() throws IOException {
        write("a.yaml", "- route: {from: {uri: timer:x, steps: [{setBody: {constant: 'resource:file:prompt.txt'}}]}}");
        write("prompt.txt", "one");
        write("notes.txt", "one");
        String before = stamp();

        write("notes.txt", "another");
        write(".git/objects/aa", "another");
        assertThat(stamp()).isEqualTo(before);

        RouteFolder read = read();
        write("prompt.txt", "another");
        assertThat(stamp()).isNotEqualTo(before);
        assertThat(read().data()).isNotEqualTo(read.data()).containsOnlyKeys("prompt.txt");
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheText() throws IOException {
        write("a.yaml", "\uFEFF[]");

        assertThat(read().files()).extracting(RouteFile::text).containsExactly("[]");
    }

    private void expect(String name, String why) {
        assertThat(read().problems()).singleElement().satisfies(finding -> {
            assertThat(finding.file()).isEqualTo(folder.resolve(name).toString());
            assertThat(finding.isError()).isTrue();
            assertThat(finding.text()).contains(why);
        });
    }

    private RouteFolder read() {
        return RouteFolder.read(folder, name -> true);
    }

    private String stamp() {
        return RouteFolder.glance(folder, name -> true, RouteFolder.mentioned(read().files())).stamp();
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(folder.resolve(name).getParent());
        Files.writeString(folder.resolve(name), text);
    }
}
