import 'reflect-metadata';
import { webcrypto } from 'crypto';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const ONE_DAY = 24 * 60 * 60 * 1000;

/** A certificate and its key, as PEM. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A certificate authority that lives as long as the process; its key is never written anywhere. */
export class CertificateAuthority {
  public static async create(name: string = 'guarded-secrets rehearsal'): Promise<CertificateAuthority> {
    x509.cryptoProvider.set(webcrypto as never);
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: `CN=${name}`,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign + x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new CertificateAuthority(certificate, keys);
  }

  private issued = 1;

  private constructor(private readonly root: x509.X509Certificate, private readonly keys: webcrypto.CryptoKeyPair) {}

  /** The certificate that clients trust, as PEM. */
  public get certificate(): string {
    return this.root.toString('pem');
  }

  /** Issues a certificate for a server with the given DNS names and IP addresses. */
  public async issue(dnsNames: string[] = ['localhost'], addresses: string[] = ['127.0.0.1']): Promise<ServerCertificate> {
    const keys = await generateKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: (++this.issued).toString(16).padStart(2, '0'),
      subject: `CN=${dnsNames[0]}`,
      issuer: this.root.subject,
      ...validity(),
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false),
        new x509.SubjectAlternativeNameExtension([
          ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
          ...addresses.map((value) => ({ type: 'ip' as const, value })),
        ]),
      ],
    });
    const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
    return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
  }
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - ONE_DAY), notAfter: new Date(Date.now() + ONE_DAY) };
}
