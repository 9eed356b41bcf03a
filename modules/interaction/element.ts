/** The attribute, command or event with this id among those of a cluster's implementation, which stand by id. */
export function element<E extends { readonly id: number }>(elements: readonly E[], id: number): E | undefined {
	for (let i = 0; i < elements.length; i++) {
		const found = elements[i]!;
		if (found.id >= id) return found.id === id ? found : undefined;
	}
	return undefined;
}
