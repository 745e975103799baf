/** Builds `dist/`: one script, one style sheet, the page, and the licences of what the script holds. */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

await rm("dist", { recursive: true, force: true });
await mkdir("dist");
const { metafile } = await build({
  entryPoints: { app: "src/main.tsx" },
  outdir: "dist",
  bundle: true,
  minify: true,
  metafile: true,
  target: ["es2022"],
  // React's development build is three times the size and warns to nobody.
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  logLevel: "info",
});
await copyFile("src/index.html", "dist/index.html");
await writeFile("dist/THIRD-PARTY-LICENSES.txt", await licences(metafile));

/** The licence of every package of which at least one file is in the bundle. */
async function licences({ inputs }) {
  const found = Object.keys(inputs).map((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  const folders = [...new Set(found.filter(Boolean))].sort();
  const entries = await Promise.all(folders.map(licence));
  return `Packages in app.js and app.css, and their licences.\n\n${entries.join("\n")}`;
}

async function licence(folder) {
  const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? await readFile(`${folder}/${file}`, "utf8") : "(The package carries no licence file.)";
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n${"=".repeat(80)}\n\n${text.trim()}\n`;
}
