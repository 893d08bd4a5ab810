/** The one namespace of every message. Spec: common.xsd, targetNamespace. */
export const SIGNATURE_NAMESPACE = 'http://signering.posten.no/schema/v1';
