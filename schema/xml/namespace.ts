/** The namespace of all messages. Spec: common.xsd, targetNamespace. */
export const SIGNATURE_NAMESPACE = 'http://signering.posten.no/schema/v1';
