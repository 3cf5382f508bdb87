import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { ArtifactType, AssetManifest, Manifest } from '@aws-cdk/cloud-assembly-schema';

/** A resource of a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: unknown };
  readonly Metadata?: { readonly [name: string]: unknown };
}

export interface Template {
  readonly Resources?: { readonly [logicalId: string]: TemplateResource };
  readonly Parameters?: { readonly [name: string]: { readonly Type?: string; readonly Default?: unknown } };
  readonly Conditions?: { readonly [name: string]: unknown };
  readonly Mappings?: { readonly [name: string]: unknown };
  readonly Outputs?: { readonly [name: string]: { readonly Value: unknown; readonly Export?: { readonly Name: unknown } } };
  readonly Transform?: unknown;
}

/** Notes that constructs left in the assembly, by the path of the construct. */
export interface Metadata {
  readonly [path: string]: readonly { readonly type: string; readonly data?: unknown }[];
}

/** A stack as it was synthesised. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** What constructs left for tools, by the path of the construct. */
  readonly metadata: Metadata;
  /** Folder or file of each file asset, by the object key that templates name. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Reads the stacks of a cloud assembly, also those of its stages.
 *
 * @throws an error that says what was expected when the folder is none
 */
export function readAssembly(assembly: string): AssemblyStack[] {
  const folder = path.resolve(assembly);
  const file = path.join(folder, 'manifest.json');
  if (!existsSync(file)) {
    throw new Error(`${JSON.stringify(folder)} is no cloud assembly: it has no manifest.json; synthesise the app first with \`npx cdk synth\`, and pass the folder that it writes (usually cdk.out)`);
  }
  let manifest;
  try {
    manifest = Manifest.loadAssemblyManifest(file, { skipVersionCheck: true, skipEnumCheck: true });
  } catch (error) {
    throw new Error(`${JSON.stringify(folder)} is no cloud assembly: its manifest.json cannot be read (${(error as Error).message}); synthesise the app again with \`npx cdk synth\``);
  }
  return Object.entries(manifest.artifacts ?? {}).flatMap(([id, artifact]) => {
    const properties = (artifact.properties ?? {}) as { readonly [name: string]: string };
    if (artifact.type === ArtifactType.NESTED_CLOUD_ASSEMBLY) return readAssembly(path.join(folder, properties.directoryName));
    if (artifact.type !== ArtifactType.AWS_CLOUDFORMATION_STACK) return [];
    const assets = (artifact.dependencies ?? []).map((dependency) => manifest.artifacts?.[dependency])
      .filter((dependency) => dependency?.type === ArtifactType.ASSET_MANIFEST)
      .map((dependency) => path.join(folder, (dependency?.properties as { file: string }).file));
    return [{
      name: artifact.displayName ?? id,
      template: readJson(path.join(folder, properties.templateFile)) as Template,
      metadata: { ...artifact.metadata, ...moreMetadata(folder, artifact.additionalMetadataFile) },
      files: new Map(assets.flatMap((asset) => filesOf(folder, asset))),
    }];
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`the cloud assembly is not whole: ${JSON.stringify(file)} cannot be read (${(error as Error).message}); synthesise the app again with \`npx cdk synth\``);
  }
}

/** Newer CDKs keep metadata in a file of its own. */
function moreMetadata(folder: string, file: string | undefined): Metadata {
  return file === undefined ? {} : readJson(path.join(folder, file)) as Metadata;
}

function filesOf(folder: string, manifestFile: string): [string, string][] {
  // Not by Manifest.loadAssetManifest, which refuses what a later CDK wrote.
  const manifest = readJson(manifestFile) as AssetManifest;
  return Object.values(manifest.files ?? {}).flatMap(({ source, destinations }) => (source.path === undefined ? []
    : Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, path.join(folder, source.path!)])));
}
